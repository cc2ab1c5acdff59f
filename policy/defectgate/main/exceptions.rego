package defectgate.main

# whether an exception covers input.defect, and what is to be said of each one that names it
exceptions := {
	"covering": data.defectgate.exception.covering,
	"rulings": data.defectgate.exception.rulings,
}

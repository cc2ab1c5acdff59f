# METADATA
# title: Defect budget
# description: More open defects of a severity than the budget allows. Accepted ones do not count.
# custom:
#   scope: artifact
#   remedy: mend some of them
package defectgate.rules.budget.count

settings := data.defectgate.settings.budget.count

report contains {"message": sprintf("open defects of severity %s: %d, at most %d allowed", [severity, open, most])} if {
	some severity, most in settings.at_most
	is_number(most)
	open := object.get(input.summary.severities, severity, 0)
	open > most
}

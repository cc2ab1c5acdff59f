# METADATA
# title: Entry points
# description: >-
#   What the program asks. The rules themselves are asked by package defectgate.asked, which is written anew at each start from the packages that
#   are loaded: rules are found by their path, never by hand. It gives each violation as {"rule", "level", "said"}: the rule's id, the level
#   of its setting, and what the rule said. A rule can soften its own violation with a level, never harden it.
package defectgate.main

# what is said of input.defect
judgement := {
	"covering": data.defectgate.exception.covering,
	"due_ns": data.defectgate.sla.due_ns,
	"exceptions": data.defectgate.exception.rulings,
	"violations": data.defectgate.asked.defect,
}

# what is said of the artifact as a whole
artifact_judgement := {"violations": data.defectgate.asked.artifact}

# METADATA
# title: Entry points
# description: >-
#   Asks every rule, gives each violation its level, and says which exception covers it. Rules are found by their package path:
#   the catalogue is made of the packages that are loaded, never by hand.
package defectgate.main

# what is said of input.defect
judgement := {
	"due_ns": data.defectgate.sla.due_ns,
	"exceptions": data.defectgate.exception.rulings,
	"violations": violations,
}

# what is said of the artifact as a whole
artifact_judgement := {"violations": artifact_violations}

violations contains cover(rule, worded(rule, violation)) if {
	some rule in data.defectgate.catalogue.defect
	data.defectgate.settings[rule.category][rule.name].level != "ignore"
	some violation in reported(rule)
}

artifact_violations contains worded(rule, violation) if {
	some rule in data.defectgate.catalogue.artifact
	data.defectgate.settings[rule.category][rule.name].level != "ignore"
	some violation in reported(rule)
}

reported(rule) := data.defectgate.rules[rule.category][rule.name].report if rule.root == "defectgate"

reported(rule) := data.custom.rules[rule.category][rule.name].report if rule.root == "custom"

reported(rule) := data.main[rule.name] if rule.root == "main"

worded(rule, violation) := {"level": level(rule, violation), "message": violation, "rule": rule.id} if is_string(violation)

# an object: nothing but what a rule may say of a violation is taken from it
worded(rule, violation) := object.union(
	object.filter(violation, {"remedy"}),
	{"level": level(rule, violation), "message": message(violation), "rule": rule.id},
) if {
	is_object(violation)
}

# anything else is handed on, so that the evaluation ends with an error instead of in silence
worded(rule, violation) := {"level": "deny", "message": {"unreadable": violation}, "rule": rule.id} if {
	not is_string(violation)
	not is_object(violation)
}

message(violation) := object.get(violation, "message", object.get(violation, "msg", ""))

# a setting can soften what a rule says, a rule can soften itself; neither can harden the other
level(rule, violation) := "warn" if {
	data.defectgate.settings[rule.category][rule.name].level == "warn"
} else := "warn" if {
	violation.level == "warn"
} else := "deny"

# faults of exceptions are not covered by one
cover(rule, violation) := object.union(violation, {"exception": data.defectgate.exception.covering}) if {
	rule.category != "exception"
	data.defectgate.exception.covering
} else := violation

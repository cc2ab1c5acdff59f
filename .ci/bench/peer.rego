# The peer's loop: it asks the same built-in rules about each record of the same document, in the shape of input that the program builds.
# Of what is not in the record, only members that a built-in rule reads are built.
package bench

import data.defectgate.main

counts := {"deny": count([1 | some said in judged; said == "deny"]), "warn": count([1 | some said in judged; said == "warn"])}

judged := [level(rule, violation) |
	some record in input.defects
	judgement := judgements(record)
	some rule, report in judgement.reports
	some violation in report
]

# as the program reads a violation: its rule's setting, or its own word where that is softer
level(rule, violation) := "warn" if {
	levels[rule] == "warn"
} else := object.get(violation, "level", "deny")

# what the program asks, though not all of it is counted here
judgements(record) := judgement if {
	judgement := asked with input as {"now_ns": data.bench.now_ns, "exceptions": [], "defect": defect(record)}
}

asked := {"due_ns": main.due_ns, "exceptions": main.exceptions, "reports": reports}

defect(record) := object.union(record, {
	"fixable": count(object.get(record.component, "fixed", [])) > 0,
	"clocks": clocks(record),
	"kev": {"due_ns": ns(sprintf("%sT00:00:00Z", [record.kev.due]))},
}) if {
	record.kev
} else := object.union(record, {"fixable": count(object.get(record.component, "fixed", [])) > 0, "clocks": clocks(record)})

clocks(record) := {name: ns(at) | some name, at in dates(record)}

dates(record) := {
	"first_seen_ns": record.first_seen,
	"fix_available_ns": object.get(record, "fixed_since", ""),
	"exploited_since_ns": object.get(record, ["kev", "added"], ""),
}

ns(at) := time.parse_rfc3339_ns(at) if count(at) > 10

ns(at) := time.parse_rfc3339_ns(sprintf("%sT00:00:00Z", [at])) if count(at) == 10

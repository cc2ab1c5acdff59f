# METADATA
# title: The SLA clock
# description: >-
#   When a defect is due: start + n × 24 h. The clocks are facts that the input holds; which of them start the count, and how many
#   days a severity has, are settings of sla/overdue. A clock that is not known falls back to first seen.
package defectgate.sla

import data.defectgate.scale

settings := data.defectgate.settings.sla.overdue

# the earliest of the due instants, in nanoseconds since 1970; 0 where the defect has none
default due_ns := 0

due_ns := min(dues) if {
	input.defect.clocks.exploited_since_ns
} else := rated_ns

overdue if {
	due_ns > 0
	input.now_ns > due_ns
}

dues contains rated_ns

dues contains input.defect.clocks.exploited_since_ns + (settings.exploited * scale.day_ns) if is_number(settings.exploited)

dues contains input.defect.kev.due_ns

# by the days of its severity
rated_ns := start_ns + (settings.days[input.defect.severity] * scale.day_ns) if is_number(settings.days[input.defect.severity])

start_ns := min(starts) if {
	settings.pick == "earliest"
} else := max(starts)

starts contains started(object.get(input.defect.clocks, members[name], input.defect.clocks.first_seen_ns)) if some name in settings.clocks

# a defect that came back after it was fixed keeps its clock, unless the setting starts it again
started(ns) := max({ns, input.defect.clocks.returned_ns}) if {
	settings.reopen == "restart"
	input.defect.clocks.returned_ns
} else := ns

# what is to be said of the clock of a defect that came back
default returned := ""

returned := sprintf("; it came back on %s after it was fixed, and its clock was %s", [
	scale.date(input.defect.clocks.returned_ns),
	clock,
])

# it runs again only where it decides: the clock of exploitation never stops
default clock := "kept"

clock := "started again" if {
	settings.reopen == "restart"
	due_ns == rated_ns
}

# where the input holds the clocks
members := {
	"exploited_since": "exploited_since_ns",
	"first_seen": "first_seen_ns",
	"fix_available": "fix_available_ns",
	"published": "published_ns",
}

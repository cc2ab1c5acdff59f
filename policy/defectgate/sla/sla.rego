# METADATA
# title: The SLA clock
# description: >-
#   When a defect is due: start + n × 24 h. The clocks are facts that the input holds; which of them start the count, and how many
#   days a severity has, are settings of sla/overdue. A clock that is not known falls back to first seen.
package defectgate.sla

import data.defectgate.scale

settings := data.defectgate.settings.sla.overdue

# the earlier of the due instants, in nanoseconds since 1970; 0 where the defect has none
default due_ns := 0

due_ns := min(dues)

overdue if {
	due_ns > 0
	input.now_ns > due_ns
}

dues contains start_ns + (days * scale.day_ns) if {
	days := settings.days[input.defect.severity]
	is_number(days)
}

dues contains exploited_ns + (settings.exploited * scale.day_ns) if {
	is_number(settings.exploited)
}

dues contains input.defect.kev.due_ns

# since when the defect is known to be exploited; without a date, since it was first seen
exploited_ns := clock("exploited_since_ns") if exploited

exploited if input.defect.exploited

exploited if input.defect.kev

exploited if input.defect.clocks.exploited_since_ns

start_ns := min(starts) if settings.pick == "earliest"

start_ns := max(starts) if settings.pick == "latest"

starts contains clock(sprintf("%s_ns", [name])) if some name in settings.clocks

clock(name) := object.get(input.defect.clocks, name, input.defect.clocks.first_seen_ns)

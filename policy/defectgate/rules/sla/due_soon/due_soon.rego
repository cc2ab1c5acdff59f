# METADATA
# title: SLA due soon
# description: The time that its severity allows for mending the defect ends soon; then the build fails.
# custom:
#   remedy: plan the mending before that day
package defectgate.rules.sla.due_soon

import data.defectgate.scale
import data.defectgate.sla

settings := data.defectgate.settings.sla.due_soon

report contains {"message": sprintf("is due on %s, in %s%s", [
	scale.date(sla.due_ns),
	scale.span(input.now_ns, sla.due_ns),
	sla.returned,
])} if {
	sla.due_ns >= input.now_ns
	sla.due_ns - input.now_ns <= settings.days * scale.day_ns
}

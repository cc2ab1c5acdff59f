# METADATA
# title: SLA overdue
# description: The time that its severity allows for mending the defect is over.
# custom:
#   remedy: mend it now, or ask for an exception with a day on which it will be mended
package defectgate.rules.sla.overdue

import data.defectgate.scale
import data.defectgate.sla

report contains {"message": sprintf("was due on %s, %s ago%s", [
	scale.date(sla.due_ns),
	scale.span(sla.due_ns, input.now_ns),
	sla.returned,
])} if {
	sla.overdue
}

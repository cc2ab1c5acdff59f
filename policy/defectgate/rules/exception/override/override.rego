# METADATA
# title: Denials are overridden
# description: Somebody let this build through although it must not ship. Its defects are open, and nobody has accepted their risk.
# custom:
#   scope: artifact
#   remedy: mend the defects, and have another approver look at what was done
package defectgate.rules.exception.override

import data.defectgate.approval

report contains {"message": sprintf("override %s by %s lifts the denials of this build until %s: %s (%s)", [
	candidate.id,
	candidate.approver,
	approval.last(candidate),
	candidate.reason,
	candidate.ticket,
])} if {
	some candidate in input.exceptions
	candidate.lifts
}

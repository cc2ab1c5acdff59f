# METADATA
# title: Exception that is renewed again and again
# description: What was to be accepted for a while has become a habit.
# custom:
#   remedy: mend the defect
package defectgate.rules.exception.renewed

import data.defectgate.exception

settings := data.defectgate.settings.exception.renewed

report contains {"message": sprintf("exception %s renews others for the %d. time", [candidate.id, candidate.renewals])} if {
	some candidate in input.exceptions
	candidate.renewals >= settings.from
	candidate.id == exception.covering
}

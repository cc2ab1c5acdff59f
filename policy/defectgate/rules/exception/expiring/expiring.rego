# METADATA
# title: Exception that ends soon
# description: The exception that covers this defect ends soon; then the defect counts again.
# custom:
#   remedy: mend the defect, or have the exception renewed
package defectgate.rules.exception.expiring

import data.defectgate.exception
import data.defectgate.scale

settings := data.defectgate.settings.exception.expiring

report contains {"message": sprintf("exception %s ends after %s", [candidate.id, scale.date(candidate.until_ns - 1)])} if {
	some candidate in input.exceptions
	candidate.id == exception.covering
	candidate.kind != "override"
	candidate.until_ns - input.now_ns <= settings.days * scale.day_ns
}

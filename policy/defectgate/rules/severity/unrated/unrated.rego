# METADATA
# title: Unrated defects
# description: Nobody has rated this defect, so no threshold can judge it.
# custom:
#   remedy: rate it, or use a scanner or a database that does
package defectgate.rules.severity.unrated

import data.defectgate.scale

report contains {"message": sprintf("%s without a severity", [object.get(scale.noun, input.defect.kind, input.defect.kind)])} if {
	input.defect.severity == "unknown"
	not data.defectgate.settings.severity.threshold.kinds[input.defect.kind] == "off"
}

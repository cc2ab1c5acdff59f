# METADATA
# title: Open secret
# description: A credential stands where others can read it.
# custom:
#   remedy: revoke it first, then remove it from the code and its history
package defectgate.rules.secret.open

import data.defectgate.scale

settings := data.defectgate.settings.secret.open

report contains {"level": level, "message": sprintf("%s secret", [certainty])} if input.defect.kind == "secret"

certainty := input.defect.certainty

certainty := "possible" if not input.defect.certainty

level := "deny" if {
	scale.certainty[input.defect.certainty] >= scale.certainty[settings.certainty]
} else := "deny" if {
	not input.defect.certainty
	scale.severity[input.defect.severity] >= scale.severity[settings.severity]
} else := "warn"

# METADATA
# title: Severity threshold
# description: A defect as severe as the threshold of its kind must not ship; a less severe one is warned about.
# custom:
#   remedy: upgrade to a fixed version or mend the code; what cannot be mended now needs an exception
package defectgate.rules.severity.threshold

import data.defectgate.scale

settings := data.defectgate.settings.severity.threshold

report contains {"level": level, "message": message}

level := "deny" if {
	rank >= scale.severity[limit]
	actionable
} else := "warn" if {
	rank >= scale.severity[settings.warn]
	limit != "off"
}

rank := scale.severity[input.defect.severity]

# the threshold of the kind
limit := settings.kinds[input.defect.kind] if {
	is_string(settings.kinds[input.defect.kind])
} else := settings.deny

actionable if input.defect.fixable

actionable if not settings.only_fixable

message := concat(" ", [input.defect.severity, object.get(scale.noun, input.defect.kind, input.defect.kind), "without a known fix"]) if {
	not input.defect.fixable
} else := concat(" ", [input.defect.severity, object.get(scale.noun, input.defect.kind, input.defect.kind)])

# METADATA
# title: Fix available
# description: A fixed version has existed for a while and is not used.
# custom:
#   remedy: upgrade
package defectgate.rules.fix.available

import data.defectgate.scale

settings := data.defectgate.settings.fix.available

report contains {"message": sprintf("a fix is available for %s", [scale.span(since_ns, input.now_ns)])} if {
	count(input.defect.component.fixed) > 0
	input.now_ns - since_ns > settings.days * scale.day_ns
}

since_ns := object.get(input.defect.clocks, "fix_available_ns", input.defect.clocks.first_seen_ns)

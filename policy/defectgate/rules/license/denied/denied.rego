# METADATA
# title: Denied licence
# description: The licence of this component is not allowed here.
# custom:
#   needs: licenses
#   remedy: replace the component, or have the licence allowed
package defectgate.rules.license.denied

settings := data.defectgate.settings.license.denied

report contains {"message": sprintf("licence %s is denied", [input.defect.id])} if {
	input.defect.kind == "license"
	some pattern in settings.licenses
	matches(lower(pattern), lower(input.defect.id))
}

matches(pattern, id) if pattern == id

matches(pattern, id) if {
	endswith(pattern, "*")
	startswith(id, trim_suffix(pattern, "*"))
}

# METADATA
# title: Optional source without proof
# description: An optional source did not show that a scan happened. A required one makes the verdict an error before any rule is asked.
# custom:
#   scope: artifact
#   remedy: make the scan report, or remove the source
package defectgate.rules.source.unproven

report contains {"message": sprintf("%s is %s: %s", [source.source, source.status, source.problem])} if {
	some source in input.sources
	not source.required
	not source.status in {"ok", "proven-empty"}
}

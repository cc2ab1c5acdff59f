# METADATA
# title: Optional source that is not to be relied on
# description: An optional report, feed or other source is absent, broken or proves nothing. A required one makes the verdict an error before any rule is asked.
# custom:
#   scope: artifact
#   remedy: see that the source is there and whole, or remove it
package defectgate.rules.source.unproven

report contains {"message": sprintf("%s is %s: %s", [source.source, source.status, source.problem])} if {
	some source in input.sources
	not source.required
	not source.status in {"ok", "proven-empty"}
}

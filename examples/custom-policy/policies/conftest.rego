# In the style of Conftest: package main, and a rule named deny, warn or violation that holds texts.
package main

warn contains msg if {
	some source in input.sources
	source.tool == "trivy"
	not startswith(source.version, "0.6")
	msg := sprintf("%s was written by %s %s: scan with 0.60 or newer", [source.source, source.tool, source.version])
}

package defectgate.rules.chain.combined_test

import data.defectgate.rules.chain.combined

settings(chains) := {"level": "deny", "chains": chains}

takeover(on) := {"name": "takeover", "all": ["CWE-79", 352], "on": on}

xss(component) := object.union({"kind": "code", "cwes": [79], "open": true, "accepted": false}, component)

csrf(component) := object.union({"kind": "code", "cwes": [100, 352], "open": true, "accepted": false}, component)

purl(text) := {"component": {"purl": text, "name": "", "version": "", "fixed": []}, "occurrences": [{"path": "ignored"}]}

named(name) := {"component": {"purl": "", "name": name, "version": "", "fixed": []}, "occurrences": [{"path": "ignored"}]}

file(path) := {"component": {"purl": "", "name": "", "version": "", "fixed": []}, "occurrences": [{"path": path}]}

test_reports_links_that_meet_on_a_component if {
	every place in [purl("pkg:npm/a"), named("pkg:npm/a"), file("pkg:npm/a")] {
		combined.report == {{"message": "takeover: CWE-79 and 352 meet on pkg:npm/a"}} with input.defects as [xss(place), csrf(place)]
			with data.defectgate.settings.chain.combined as settings([takeover("component")])
	}
}

test_is_silent_about_links_on_different_components if {
	combined.report == set() with input.defects as [xss(purl("pkg:npm/a")), csrf(purl("pkg:npm/b"))]
		with data.defectgate.settings.chain.combined as settings([takeover("component")])
}

test_reports_links_that_meet_on_the_artifact if {
	combined.report == {{"message": "takeover: CWE-79 and 352 meet on the artifact"}} with input.defects as [
		xss(purl("pkg:npm/a")),
		csrf(purl("pkg:npm/b")),
	]
		with data.defectgate.settings.chain.combined as settings([takeover("artifact")])
}

test_is_silent_about_a_link_alone if {
	every on in ["artifact", "component"] {
		combined.report == set() with input.defects as [xss(purl("pkg:npm/a"))]
			with data.defectgate.settings.chain.combined as settings([takeover(on)])
	}
}

test_closed_and_accepted_defects_are_no_links if {
	every change in [{"open": false}, {"accepted": true}] {
		combined.report == set() with input.defects as [xss(purl("pkg:npm/a")), object.union(csrf(purl("pkg:npm/a")), change)]
			with data.defectgate.settings.chain.combined as settings([takeover("artifact")])
	}
}

test_a_kind_can_be_a_link if {
	count(combined.report) == 1 with input.defects as [
		xss(file("a.js")),
		object.union(file("b.js"), {"kind": "secret", "cwes": [], "open": true, "accepted": false}),
	]
		with data.defectgate.settings.chain.combined as settings([{"name": "leak", "all": ["cwe-79", "secret"], "on": "artifact"}])
}

test_one_defect_can_be_every_link if {
	count(combined.report) == 1 with input.defects as [object.union(xss(file("a.js")), {"cwes": [79, 352]})]
		with data.defectgate.settings.chain.combined as settings([takeover("component")])
}

test_is_off_until_a_chain_is_configured if {
	combined.report == set() with input.defects as [xss(file("a.js")), csrf(file("a.js"))]
		with data.defectgate.settings.chain.combined as settings([])
}

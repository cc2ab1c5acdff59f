package defectgate.rules.source.unproven_test

import data.defectgate.rules.source.unproven

source(extra) := object.union({"source": "trivy.json", "status": "empty", "required": false, "problem": "no proof of a scan"}, extra)

test_reports_an_optional_source_without_proof if {
	unproven.report == {{"message": "trivy.json is empty: no proof of a scan"}} with input.sources as [source({})]
}

test_reports_every_status_that_is_not_complete if {
	every status in ["missing", "truncated", "malformed", "too-large", "stale", "wrong-subject", "partial", "unavailable", "absent-optional"] {
		count(unproven.report) == 1 with input.sources as [source({"status": status})]
	}
}

test_is_silent_about_complete_sources if {
	unproven.report == set() with input.sources as [source({"status": "ok"}), source({"status": "proven-empty"})]
}

test_required_sources_are_decided_before_any_rule if {
	unproven.report == set() with input.sources as [source({"required": true})]
}

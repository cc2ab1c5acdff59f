package defectgate.rules.severity.unrated_test

import data.defectgate.rules.severity.unrated

kinds := {"vulnerability": null, "secret": "off"}

test_reports_a_defect_without_a_severity if {
	unrated.report == {{"message": "vulnerability without a severity"}} with input as {"defect": {"severity": "unknown", "kind": "vulnerability"}}
		with data.defectgate.settings.severity.threshold.kinds as kinds
}

test_is_silent_about_any_severity if {
	every severity in ["none", "low", "medium", "high", "critical"] {
		unrated.report == set() with input as {"defect": {"severity": severity, "kind": "vulnerability"}}
			with data.defectgate.settings.severity.threshold.kinds as kinds
	}
}

test_is_silent_about_kinds_that_have_rules_of_their_own if {
	unrated.report == set() with input as {"defect": {"severity": "unknown", "kind": "secret"}}
		with data.defectgate.settings.severity.threshold.kinds as kinds
}

test_reports_a_kind_that_is_not_listed if {
	count(unrated.report) == 1 with input as {"defect": {"severity": "unknown", "kind": "design"}}
		with data.defectgate.settings.severity.threshold.kinds as kinds
}

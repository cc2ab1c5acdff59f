package defectgate.rules.severity.threshold_test

import data.defectgate.rules.severity.threshold

settings := {"level": "deny", "deny": "high", "warn": "low", "only_fixable": true, "kinds": {
	"vulnerability": null, "secret": "off", "code": "medium",
}}

defect(severity, kind, fixable) := {"defect": {"severity": severity, "kind": kind, "fixable": fixable}}

levels := [violation.level | some violation in threshold.report]

test_denies_at_the_threshold_and_above if {
	every severity in ["high", "critical"] {
		levels == ["deny"] with input as defect(severity, "vulnerability", true)
			with data.defectgate.settings.severity.threshold as settings
	}
}

test_warns_below_the_threshold if {
	every severity in ["medium", "low"] {
		levels == ["warn"] with input as defect(severity, "vulnerability", true)
			with data.defectgate.settings.severity.threshold as settings
	}
}

test_is_silent_below_warn if {
	every severity in ["none", "unknown"] {
		levels == [] with input as defect(severity, "vulnerability", true)
			with data.defectgate.settings.severity.threshold as settings
	}
}

test_without_a_fix_only_warns if {
	threshold.report == {{"level": "warn", "message": "critical vulnerability without a known fix"}} with input as defect("critical", "vulnerability", false)
		with data.defectgate.settings.severity.threshold as settings
}

test_without_a_fix_denies_where_the_setting_says_so if {
	threshold.report == {{"level": "deny", "message": "critical vulnerability without a known fix"}} with input as defect("critical", "vulnerability", false)
		with data.defectgate.settings.severity.threshold as object.union(settings, {"only_fixable": false})
}

test_a_kind_can_have_a_threshold_of_its_own if {
	levels == ["deny"] with input as defect("medium", "code", true) with data.defectgate.settings.severity.threshold as settings
	levels == ["warn"] with input as defect("low", "code", true) with data.defectgate.settings.severity.threshold as settings
}

test_a_kind_can_be_off if {
	levels == [] with input as defect("critical", "secret", true) with data.defectgate.settings.severity.threshold as settings
}

test_a_kind_that_is_not_listed_has_the_common_threshold if {
	levels == ["deny"] with input as defect("high", "design", true) with data.defectgate.settings.severity.threshold as settings
}

test_null_never_denies_and_never_warns if {
	levels == ["warn"] with input as defect("critical", "vulnerability", true)
		with data.defectgate.settings.severity.threshold as object.union(settings, {"deny": null})
	levels == [] with input as defect("medium", "vulnerability", true)
		with data.defectgate.settings.severity.threshold as object.union(settings, {"warn": null})
}

test_the_message_says_severity_and_kind if {
	threshold.report == {{"level": "deny", "message": "high vulnerability"}} with input as defect("high", "vulnerability", true)
		with data.defectgate.settings.severity.threshold as settings
}

test_the_defaults_deny_critical_with_a_fix if {
	levels == ["deny"] with input as defect("critical", "vulnerability", true)
	levels == ["warn"] with input as defect("critical", "vulnerability", false)
	levels == ["warn"] with input as defect("high", "vulnerability", true)
	levels == [] with input as defect("critical", "malware", true)
}

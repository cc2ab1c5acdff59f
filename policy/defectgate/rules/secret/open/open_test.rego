package defectgate.rules.secret.open_test

import data.defectgate.rules.secret.open

settings := {"level": "deny", "certainty": "high", "severity": "high"}

secret(extra) := object.union({"kind": "secret", "severity": "low"}, extra)

test_denies_from_the_certainty_on if {
	every certainty in ["high", "verified"] {
		open.report == {{"level": "deny", "message": sprintf("%s secret", [certainty])}} with input.defect as secret({"certainty": certainty})
			with data.defectgate.settings.secret.open as settings
	}
}

test_warns_below_the_certainty_whatever_the_severity if {
	every certainty in ["low", "medium"] {
		open.report == {{"level": "warn", "message": sprintf("%s secret", [certainty])}} with input.defect as secret({
			"certainty": certainty,
			"severity": "critical",
		})
			with data.defectgate.settings.secret.open as settings
	}
}

test_without_a_certainty_the_severity_denies if {
	every severity in ["high", "critical"] {
		open.report == {{"level": "deny", "message": "possible secret"}} with input.defect as secret({"severity": severity})
			with data.defectgate.settings.secret.open as settings
	}
}

test_without_a_certainty_warns_below_the_severity if {
	open.report == {{"level": "warn", "message": "possible secret"}} with input.defect as secret({"severity": "medium"})
		with data.defectgate.settings.secret.open as settings
}

test_is_silent_about_other_kinds if {
	open.report == set() with input.defect as {"kind": "code", "severity": "critical", "certainty": "verified"}
		with data.defectgate.settings.secret.open as settings
}

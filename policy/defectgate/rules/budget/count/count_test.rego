package defectgate.rules.budget.count_test

import data.defectgate.rules.budget.count as budget

settings(at_most) := {"level": "deny", "at_most": at_most}

test_is_silent_within_the_budget if {
	budget.report == set() with input.summary.severities as {"high": 3} with data.defectgate.settings.budget.count as settings({"high": 3})
}

test_reports_one_more if {
	budget.report == {{"message": "4 open defects are high, at most 3 are allowed"}} with input.summary.severities as {"high": 4}
		with data.defectgate.settings.budget.count as settings({"high": 3})
}

test_zero_is_a_budget if {
	budget.report == {{"message": "1 open defects are low, at most 0 are allowed"}} with input.summary.severities as {"low": 1}
		with data.defectgate.settings.budget.count as settings({"low": 0})
}

test_null_is_no_budget if {
	budget.report == set() with input.summary.severities as {"high": 1000} with data.defectgate.settings.budget.count as settings({"high": null})
}

test_a_severity_that_no_defect_has_counts_zero if {
	budget.report == set() with input.summary.severities as {} with data.defectgate.settings.budget.count as settings({"high": 0})
}

test_each_severity_has_its_own if {
	{violation.message | some violation in budget.report} == {
		"2 open defects are critical, at most 1 are allowed",
		"9 open defects are low, at most 5 are allowed",
	} with input.summary.severities as {"critical": 2, "high": 1, "low": 9}
		with data.defectgate.settings.budget.count as settings({"critical": 1, "high": 1, "low": 5})
}

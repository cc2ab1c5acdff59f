package defectgate.rules.budget.count_test

import data.defectgate.rules.budget.count as budget

settings(at_most) := {"level": "deny", "at_most": at_most}

test_is_silent_within_the_budget if {
	budget.report == set() with input.summary.severities as {"high": 3} with data.defectgate.settings.budget.count as settings({"high": 3})
}

test_reports_one_more if {
	budget.report == {{"message": "open defects of severity high: 4, at most 3 allowed"}} with input.summary.severities as {"high": 4}
		with data.defectgate.settings.budget.count as settings({"high": 3})
}

test_zero_is_a_budget if {
	budget.report == {{"message": "open defects of severity low: 1, at most 0 allowed"}} with input.summary.severities as {"low": 1}
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
		"open defects of severity critical: 2, at most 1 allowed",
		"open defects of severity low: 9, at most 5 allowed",
	} with input.summary.severities as {"critical": 2, "high": 1, "low": 9}
		with data.defectgate.settings.budget.count as settings({"critical": 1, "high": 1, "low": 5})
}

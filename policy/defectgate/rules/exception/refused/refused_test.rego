package defectgate.rules.exception.refused_test

import data.defectgate.rules.exception.refused

until := time.parse_rfc3339_ns("2026-03-01T00:00:00Z")

sound := {"id": "E-1", "reason": "r", "approver": "a", "mismatches": [], "granted_ns": until - 100, "until_ns": until}

test_reports_why_an_exception_does_not_hold if {
	refused.report == {{"message": "exception E-1 does not hold: it ended on 2026-02-28; it has no approver"}} with input as {
		"now_ns": until,
		"exceptions": [object.union(sound, {"approver": ""})],
	}
}

test_is_silent_about_one_that_holds if {
	refused.report == set() with input as {"now_ns": until - 1, "exceptions": [sound]}
}

test_is_silent_where_another_covers if {
	refused.report == set() with input as {"now_ns": until, "exceptions": [sound, object.union(sound, {"id": "E-2", "until_ns": until + 1})]}
}

test_is_silent_about_one_for_something_else if {
	refused.report == set() with input as {"now_ns": until, "exceptions": [object.union(sound, {"mismatches": [
		{"what": "branch", "want": "main", "have": "dev"},
	]})]}
}

test_is_silent_about_one_that_is_still_to_come if {
	refused.report == set() with input as {"now_ns": until - 101, "exceptions": [sound]}
}

test_says_of_each_its_own_reason if {
	{violation.message | some violation in refused.report} == {
		"exception E-1 does not hold: it ended on 2026-02-28",
		"exception E-2 does not hold: it has no approver",
	} with input as {"now_ns": until, "exceptions": [sound, object.union(sound, {"id": "E-2", "until_ns": until + 1, "approver": ""})]}
}

test_reports_from_the_instant_of_the_grant_on if {
	count(refused.report) == 1 with input as {"now_ns": until - 100, "exceptions": [object.union(sound, {"approver": ""})]}
}

package defectgate.rules.exception.refused_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.refused

one(extra) := object.union(fixture.filed, extra)

report(exceptions, now) := list if list := refused.report with input as fixture.asked({"now_ns": now, "exceptions": exceptions})

ended := "exception E-1 does not hold: it ended on 2026-02-28: mend the defect, or have it signed off again"

test_reports_why_an_exception_does_not_hold if {
	report([one({"approvals": []})], fixture.until - 1) == {{"message": "exception E-1 does not hold: it has 0 of 1 approvers: name another one under approvers"}}
	report([one({"approvals": []})], fixture.until) == {{"message": ended}}
}

test_is_silent_about_one_that_holds if {
	report([fixture.filed], fixture.until - 1) == set()
}

test_is_silent_where_another_covers if {
	report([fixture.filed, one({"id": "E-2", "until_ns": fixture.until + 1})], fixture.until) == set()
}

test_is_silent_about_one_for_something_else if {
	report([one({"mismatches": [{"what": "branch", "want": "main", "have": "dev"}]})], fixture.until) == set()
}

test_is_silent_about_one_that_is_still_to_come if {
	report([fixture.filed], fixture.granted - 1) == set()
}

test_is_silent_about_what_was_signed_off if {
	report([fixture.sound], fixture.until) == set()
}

test_says_of_each_its_own_reason if {
	{violation.message | some violation in report([fixture.filed, one({"id": "E-2", "until_ns": fixture.until + 1, "fault": "no file"})], fixture.until)} == {
		ended,
		"exception E-2 does not hold: its signature does not count: no file; have it signed off again",
	}
}

test_reports_from_the_instant_of_the_grant_on if {
	count(report([one({"approvals": []})], fixture.granted)) == 1
}

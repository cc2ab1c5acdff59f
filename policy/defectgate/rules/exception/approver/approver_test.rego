package defectgate.rules.exception.approver_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.approver

given(approvals, now) := {"now_ns": now, "exceptions": [fixture.candidate({"in_scope": true, "approvals": approvals})]}

report(approvals) := list if list := approver.report with input as given(approvals, fixture.until - 1)

by(name) := {{"message": sprintf("exception E-1 was approved by %s, who may not do so any more", [name])}}

test_t10_reports_who_may_not_approve_any_more if {
	report([fixture.ann, object.union(fixture.bob, {"role": "write"})]) == by("bob")
	report([fixture.ann]) == by("ann") with data.defectgate.settings.exception.terms as fixture.terms({"roles": ["admin"]})
	report([object.union(fixture.ann, {"login": "", "role": "write"})]) == by("1")
}

test_is_silent_about_who_may if {
	report([fixture.ann, fixture.bob]) == set()
}

test_who_may_approve_anything_may if {
	reader := object.union(fixture.ann, {"role": "write"})
	every narrower in [{"override": {"roles": ["write"]}}, {"severities": {"low": {"users": ["1"]}}}] {
		report([reader]) == set() with data.defectgate.settings.exception.terms as fixture.terms(narrower)
	}
}

test_t10_reports_whom_a_source_named_that_counts_no_more if {
	holder := object.union(fixture.ann, {"source": "key", "role": ""})
	report([holder]) == set()
	report([holder]) == by("ann") with data.defectgate.settings.exception.terms as fixture.terms({"sources": ["forge", "file"]})
}

test_is_silent_about_one_that_does_not_stand if {
	approvals := [object.union(fixture.ann, {"role": "write"})]
	report(approvals) == by("ann")
	approver.report == set() with input as given(approvals, fixture.until)
	approver.report == set() with input as {"now_ns": fixture.granted, "exceptions": [fixture.candidate({"in_scope": false, "approvals": approvals})]}
}

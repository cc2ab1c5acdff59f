package defectgate.rules.exception.follow_up_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.follow_up
import data.defectgate.scale

due := fixture.granted + (7 * scale.day_ns)

asked(extra, now) := {"now_ns": now, "artifact": {"environment": "production"}, "exceptions": [object.union(
	object.union(fixture.override, {"in_scope": false, "scope": {"environment": "production", "commit": "c"}}),
	extra,
)]}

report(extra, now) := list if list := follow_up.report with input as asked(extra, now)

said := {{"message": "override E-1 by ann for SEC-1 was to be looked at by another approver until 2026-01-08"}}

test_reports_from_the_day_on_whichever_build_it_was_for if {
	report({}, due - 1) == set()
	report({}, due) == said
	report({}, due + (999 * scale.day_ns)) == said
}

test_the_days_are_a_setting if {
	settings := {"level": "deny", "days": 1}
	now := fixture.granted + scale.day_ns
	report({}, now - 1) == set() with data.defectgate.settings.exception.follow_up as settings
	count(report({}, now)) == 1 with data.defectgate.settings.exception.follow_up as settings
}

test_is_silent_in_another_environment if {
	report({"scope": {"environment": "staging"}}, due) == set()
}

test_is_silent_about_other_exceptions if {
	report({"kind": "accept"}, due) == set()
}

test_a_key_that_was_taken_back_since_takes_no_follow_up_away if {
	report({"fault": "of another key"}, due) == said
	report({"fault": ""}, due) == said
}

test_another_approver_looks_at_it if {
	report({"approvals": [fixture.ann, fixture.bob]}, due) == set()
	report({"approvals": [fixture.ann, object.union(fixture.bob, {"at_ns": due + 1})]}, due) == said
	report({"approvals": [fixture.ann, object.union(fixture.bob, {"fault": "of another key"})]}, due) == said
}

test_t20_the_same_approver_is_no_other if {
	report({"approvals": [fixture.ann, object.union(fixture.ann, {"at_ns": due - 1})]}, due) == said
}

test_t20_who_had_a_part_in_it_is_no_other if {
	report({"approvals": [fixture.ann, fixture.bob], "barred": [{"id": "2", "as": "author"}]}, due) == said
}

test_one_more_than_it_took_looks_at_it if {
	two := fixture.terms({"override": {"approvers": 2}})
	three := [fixture.ann, fixture.bob, object.union(fixture.ann, {"id": "3", "login": "cid"})]
	report({"approvals": [fixture.ann, fixture.bob]}, due) == said with data.defectgate.settings.exception.terms as two
	report({"approvals": three}, due) == set() with data.defectgate.settings.exception.terms as two
	twice := [fixture.ann, fixture.bob, object.union(fixture.ann, {"id": "3", "login": "BOB"})]
	report({"approvals": twice}, due) == said with data.defectgate.settings.exception.terms as two
}

ended(id, at) := {"revoked": {"at_ns": at, "by": "x", "by_id": id, "reason": "seen to"}}

test_somebody_else_ends_it if {
	report(ended("2", due), due) == set()
	report(ended("2", due + 1), due) == said
	report(ended("1", due), due) == said
}

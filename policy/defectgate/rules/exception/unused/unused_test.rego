package defectgate.rules.exception.unused_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.unused

report(extra, now) := list if {
	use := object.union(object.union(fixture.filed, {"origin": "exceptions.yaml:3", "in_scope": true, "named": 0}), extra)
	list := unused.report with input as {"now_ns": now, "exceptions": [use]}
}

said := {{"message": "exception E-1 names no open defect (exceptions.yaml:3)"}}

test_reports_an_exception_that_names_nothing if {
	report({}, fixture.granted) == said
}

test_is_silent_about_one_that_names_a_defect if {
	report({"named": 1}, fixture.granted) == set()
}

test_is_silent_about_one_for_another_artifact if {
	report({"in_scope": false}, fixture.granted) == set()
}

test_an_override_is_for_whatever_there_is if {
	report({"kind": "override"}, fixture.granted) == set()
}

test_what_ended_can_be_taken_out_of_a_file if {
	report({}, fixture.until) == said
}

test_and_not_out_of_the_ledger if {
	report({"signed": true}, fixture.until - 1) == said
	report({"signed": true}, fixture.until) == set()
	report({"signed": true, "revoked": fixture.revoked.revoked}, fixture.granted + 50) == set()
}

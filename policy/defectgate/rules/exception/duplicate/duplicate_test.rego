package defectgate.rules.exception.duplicate_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.duplicate

report(exceptions) := list if list := duplicate.report with input as fixture.asked({"exceptions": exceptions})

second := fixture.candidate({"id": "E-2", "kind": "false-positive"})

test_reports_exceptions_that_cover_alike if {
	report([second, fixture.sound]) == {{"message": "exceptions E-1, E-2 cover it alike"}}
}

test_is_silent_about_one if {
	report([fixture.sound]) == set()
	report([]) == set()
}

test_is_silent_about_one_that_does_not_apply if {
	report([fixture.sound, object.union(second, {"reason": ""})]) == set()
}

test_an_override_is_for_something_else if {
	report([fixture.sound, object.union(fixture.override, {"id": "E-2"})]) == set()
	report([object.union(fixture.override, {"id": "E-3"}), object.union(fixture.override, {"id": "E-2"})]) == set()
}

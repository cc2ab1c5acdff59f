package defectgate.rules.exception.override_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.override

report(extra) := list if list := override.report with input as {
	"now_ns": fixture.granted,
	"exceptions": [fixture.sound, object.union(fixture.override, extra)],
}

test_reports_the_one_that_lifts_denials if {
	report({"lifts": true}) == {{"message": "override E-1 by ann lifts the denials of this build until 2026-01-04 10:00 UTC: not reachable from outside (SEC-1)"}}
}

test_is_silent_about_one_that_does_not if {
	report({"lifts": false}) == set()
	report({}) == set()
}

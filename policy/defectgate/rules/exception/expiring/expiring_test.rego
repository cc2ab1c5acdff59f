package defectgate.rules.exception.expiring_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.expiring
import data.defectgate.scale

settings := {"level": "warn", "days": 14}

report(exceptions, now) := list if {
	list := expiring.report with input as fixture.asked({"now_ns": now, "exceptions": exceptions})
		with data.defectgate.settings.exception.expiring as settings
}

ahead := fixture.until - (14 * scale.day_ns)

test_reports_from_the_days_ahead_on if {
	report([fixture.sound], ahead) == {{"message": "exception E-1 ends after 2026-02-28"}}
}

test_is_silent_a_nanosecond_before if {
	report([fixture.sound], ahead - 1) == set()
}

test_is_silent_about_one_that_has_ended if {
	report([fixture.sound], fixture.until) == set()
}

test_is_silent_about_one_that_does_not_cover if {
	report([fixture.candidate({"id": "E-0", "until_ns": fixture.until + (20 * scale.day_ns)}), fixture.sound], fixture.until - 1) == set()
}

# it lasts for hours, and the rule exception/override tells until when
test_is_silent_about_an_override if {
	report([fixture.override], fixture.granted) == set()
}

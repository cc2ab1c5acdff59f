package defectgate.rules.exception.expiring_test

import data.defectgate.rules.exception.expiring
import data.defectgate.scale

until := time.parse_rfc3339_ns("2026-03-01T00:00:00Z")

settings := {"level": "warn", "days": 14}

sound := {"id": "E-1", "reason": "r", "approver": "a", "mismatches": [], "granted_ns": 1, "until_ns": until}

test_reports_from_the_days_ahead_on if {
	expiring.report == {{"message": "exception E-1 ends after 2026-02-28"}} with input as {"now_ns": until - (14 * scale.day_ns), "exceptions": [sound]}
		with data.defectgate.settings.exception.expiring as settings
}

test_is_silent_a_nanosecond_before if {
	expiring.report == set() with input as {"now_ns": (until - (14 * scale.day_ns)) - 1, "exceptions": [sound]}
		with data.defectgate.settings.exception.expiring as settings
}

test_is_silent_about_one_that_has_ended if {
	expiring.report == set() with input as {"now_ns": until, "exceptions": [sound]} with data.defectgate.settings.exception.expiring as settings
}

test_is_silent_about_one_that_does_not_cover if {
	expiring.report == set() with input as {"now_ns": until - 1, "exceptions": [
		object.union(sound, {"id": "E-0", "until_ns": until + (99 * scale.day_ns)}),
		sound,
	]}
		with data.defectgate.settings.exception.expiring as settings
}

package defectgate.rules.fix.available_test

import data.defectgate.rules.fix.available
import data.defectgate.scale

settings := {"level": "warn", "days": 30}

defect(clocks) := {"component": {"fixed": ["1.0.1"]}, "clocks": clocks}

day(n) := n * scale.day_ns

test_is_silent_at_the_limit if {
	available.report == set() with input as {"now_ns": day(80), "defect": defect({"first_seen_ns": day(10), "fix_available_ns": day(50)})}
		with data.defectgate.settings.fix.available as settings
}

test_reports_a_nanosecond_later if {
	available.report == {{"message": "a fix is available for 30 days"}} with input as {
		"now_ns": day(80) + 1,
		"defect": defect({"first_seen_ns": day(10), "fix_available_ns": day(50)}),
	}
		with data.defectgate.settings.fix.available as settings
}

test_without_the_day_of_the_fix_counts_from_first_seen if {
	available.report == {{"message": "a fix is available for 31 days"}} with input as {"now_ns": day(41), "defect": defect({"first_seen_ns": day(10)})}
		with data.defectgate.settings.fix.available as settings
}

test_is_silent_without_a_fix if {
	available.report == set() with input as {"now_ns": day(99), "defect": {"component": {"fixed": []}, "clocks": {"first_seen_ns": 0}}}
		with data.defectgate.settings.fix.available as settings
}

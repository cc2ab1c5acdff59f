package defectgate.rules.sla.due_soon_test

import data.defectgate.rules.sla.due_soon
import data.defectgate.scale

due := time.parse_rfc3339_ns("2026-03-08T00:00:00Z")

settings := {"level": "warn", "days": 7}

test_reports_from_the_day_ahead_on if {
	due_soon.report == {{"message": "is due on 2026-03-08, in 7 days"}} with input.now_ns as due - (7 * scale.day_ns)
		with data.defectgate.sla.due_ns as due
		with data.defectgate.settings.sla.due_soon as settings
}

test_is_silent_a_nanosecond_before if {
	due_soon.report == set() with input.now_ns as (due - (7 * scale.day_ns)) - 1
		with data.defectgate.sla.due_ns as due
		with data.defectgate.settings.sla.due_soon as settings
}

test_reports_up_to_the_due_instant if {
	due_soon.report == {{"message": "is due on 2026-03-08, in 0 days"}} with input.now_ns as due
		with data.defectgate.sla.due_ns as due
		with data.defectgate.settings.sla.due_soon as settings
}

test_leaves_what_is_overdue_to_the_rule_for_it if {
	due_soon.report == set() with input.now_ns as due + 1
		with data.defectgate.sla.due_ns as due
		with data.defectgate.settings.sla.due_soon as settings
}

test_is_silent_where_nothing_is_due if {
	due_soon.report == set() with input.now_ns as due
		with data.defectgate.sla.due_ns as 0
		with data.defectgate.settings.sla.due_soon as settings
}

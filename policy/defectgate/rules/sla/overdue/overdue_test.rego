package defectgate.rules.sla.overdue_test

import data.defectgate.rules.sla.overdue
import data.defectgate.scale

due := time.parse_rfc3339_ns("2026-03-01T00:00:00Z")

test_is_silent_at_the_due_instant if {
	overdue.report == set() with input.now_ns as due with data.defectgate.sla.due_ns as due
}

test_reports_one_nanosecond_later if {
	overdue.report == {{"message": "was due on 2026-03-01, 0 days ago"}} with input.now_ns as due + 1 with data.defectgate.sla.due_ns as due
}

test_counts_whole_days if {
	overdue.report == {{"message": "was due on 2026-03-01, 2 days ago"}} with input.now_ns as due + (2 * scale.day_ns)
		with data.defectgate.sla.due_ns as due
}

test_is_silent_where_nothing_is_due if {
	overdue.report == set() with input.now_ns as due with data.defectgate.sla.due_ns as 0
}

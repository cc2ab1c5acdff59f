package defectgate.scale_test

import data.defectgate.scale

test_severities_are_ordered if {
	ordered := [scale.severity[word] | some word in ["unknown", "none", "low", "medium", "high", "critical"]]
	ordered == sort(ordered)
	count({rank | some rank in ordered}) == 6
}

test_certainties_are_ordered if {
	ordered := [scale.certainty[word] | some word in ["low", "medium", "high", "verified"]]
	ordered == sort(ordered)
	count({rank | some rank in ordered}) == 4
}

test_a_day_has_24_hours if scale.day_ns == time.parse_duration_ns("24h")

test_days_between_are_whole if {
	scale.days_between(0, scale.day_ns) == 1
	scale.days_between(0, scale.day_ns - 1) == 0
	scale.days_between(0, (3 * scale.day_ns) + 1) == 3
}

test_spans_are_words if {
	scale.span(0, scale.day_ns) == "1 day"
	scale.span(0, 1) == "0 days"
	scale.span(0, 2 * scale.day_ns) == "2 days"
}

test_date_is_in_utc if {
	scale.date(time.parse_rfc3339_ns("2026-03-01T23:59:59-05:00")) == "2026-03-02"
	scale.date(0) == "1970-01-01"
}

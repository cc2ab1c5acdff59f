package defectgate.sla_test

import data.defectgate.scale
import data.defectgate.sla

settings := {
	"level": "deny", "days": {"critical": 15, "high": 30, "none": null}, "exploited": 14,
	"clocks": ["first_seen"], "pick": "earliest",
}

# day n, as an instant
day(n) := n * scale.day_ns

# the program gives every sign of exploitation a date: first seen, where there is no other
exploited := {"exploited": true, "clocks": {"exploited_since_ns": day(100)}}

defect(extra) := object.union({"severity": "high", "exploited": false, "clocks": {"first_seen_ns": day(100)}}, extra)

test_due_is_start_and_days if {
	sla.due_ns == day(130) with input as {"defect": defect({})} with data.defectgate.settings.sla.overdue as settings
}

test_a_severity_without_days_is_never_due if {
	every severity in ["none", "medium"] { # one is null, one is not set
		sla.due_ns == 0 with input as {"defect": defect({"severity": severity})} with data.defectgate.settings.sla.overdue as settings
	}
}

test_overdue_after_the_instant_and_not_at_it if {
	not sla.overdue with input as {"now_ns": day(130), "defect": defect({})} with data.defectgate.settings.sla.overdue as settings
	sla.overdue with input as {"now_ns": day(130) + 1, "defect": defect({})} with data.defectgate.settings.sla.overdue as settings
}

test_what_has_no_due_day_is_never_overdue if {
	not sla.overdue with input as {"now_ns": day(9999), "defect": defect({"severity": "none"})} with data.defectgate.settings.sla.overdue as settings
}

test_a_clock_without_a_date_falls_back_to_first_seen if {
	every clock in ["published", "fix_available", "exploited_since"] {
		sla.due_ns == day(130) with input as {"defect": defect({})}
			with data.defectgate.settings.sla.overdue as object.union(settings, {"clocks": [clock]})
	}
}

test_each_clock_can_be_chosen if {
	every clock in ["published", "fix_available"] {
		sla.due_ns == day(80) with input as {"defect": defect({"clocks": {sprintf("%s_ns", [clock]): day(50)}})}
			with data.defectgate.settings.sla.overdue as object.union(settings, {"clocks": [clock]})
	}
}

two_clocks := object.union(settings, {"clocks": ["first_seen", "published"]})

test_of_several_clocks_the_earliest if {
	sla.due_ns == day(80) with input as {"defect": defect({"clocks": {"published_ns": day(50)}})}
		with data.defectgate.settings.sla.overdue as two_clocks
}

test_of_several_clocks_the_latest if {
	sla.due_ns == day(130) with input as {"defect": defect({"clocks": {"published_ns": day(50)}})}
		with data.defectgate.settings.sla.overdue as object.union(two_clocks, {"pick": "latest"})
}

test_exploited_is_due_earlier if {
	sla.due_ns == day(114) with input as {"defect": defect(exploited)} with data.defectgate.settings.sla.overdue as settings
}

test_exploited_takes_its_own_clock if {
	sla.due_ns == day(119) with input as {"defect": defect({"exploited": true, "clocks": {"exploited_since_ns": day(105)}})}
		with data.defectgate.settings.sla.overdue as settings
}

test_exploited_never_makes_it_later if {
	sla.due_ns == day(130) with input as {"defect": defect({"exploited": true, "clocks": {"exploited_since_ns": day(120)}})}
		with data.defectgate.settings.sla.overdue as settings
}

test_a_sign_of_exploitation_is_enough if {
	sla.due_ns == day(115) with input as {"defect": defect({"clocks": {"exploited_since_ns": day(101)}})}
		with data.defectgate.settings.sla.overdue as settings
}

test_kev_counts_as_exploited if {
	sla.due_ns == day(114) with input as {"defect": defect(object.union(exploited, {"kev": {"ransomware": false}}))}
		with data.defectgate.settings.sla.overdue as settings
}

test_the_due_day_of_kev_counts if {
	sla.due_ns == day(110) with input as {"defect": defect(object.union(exploited, {"kev": {"due_ns": day(110)}}))}
		with data.defectgate.settings.sla.overdue as settings
	sla.due_ns == day(114) with input as {"defect": defect(object.union(exploited, {"kev": {"due_ns": day(120)}}))}
		with data.defectgate.settings.sla.overdue as settings
}

test_exploited_can_be_without_days if {
	sla.due_ns == day(130) with input as {"defect": defect(exploited)}
		with data.defectgate.settings.sla.overdue as object.union(settings, {"exploited": null})
}

test_exploited_is_due_whatever_the_severity if {
	sla.due_ns == day(114) with input as {"defect": defect(object.union(exploited, {"severity": "none"}))}
		with data.defectgate.settings.sla.overdue as settings
}

came_back := defect({"clocks": {"first_seen_ns": day(50), "returned_ns": day(100)}})

test_a_defect_that_came_back_keeps_its_clock if {
	keeps := object.union(settings, {"reopen": "keep"})
	sla.due_ns == day(80) with input as {"defect": came_back} with data.defectgate.settings.sla.overdue as keeps
	sla.returned == "; it came back on 1970-04-11 after it was fixed, and its clock was kept" with input as {"defect": came_back}
		with data.defectgate.settings.sla.overdue as keeps
}

test_unless_the_setting_starts_it_again if {
	starts := object.union(settings, {"reopen": "restart"})
	sla.due_ns == day(130) with input as {"defect": came_back} with data.defectgate.settings.sla.overdue as starts
	sla.returned == "; it came back on 1970-04-11 after it was fixed, and its clock was started again" with input as {"defect": came_back}
		with data.defectgate.settings.sla.overdue as starts
}

test_nothing_is_said_of_one_that_never_left if {
	sla.returned == "" with input as {"defect": defect({})} with data.defectgate.settings.sla.overdue as settings
}

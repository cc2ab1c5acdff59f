package defectgate.exception_test

import data.defectgate.scale

facts(one, extra) := asked({"exceptions": [one], "defect": defect(extra)})

worse(ceiling, severity) := {{
	"code": "E_RECORD",
	"sentence": sprintf("it was given for at most %s, and the defect is %s now: mend it, or have it signed off again", [ceiling, severity]),
}}

lax := terms({"approvers": 1, "severities": {"critical": {"approvers": 1, "control": false}}, "days": 365})

order := ["unknown", "none", "low", "medium", "high", "critical"]

test_t4_it_holds_up_to_its_ceiling_and_no_further if {
	every i, ceiling in order {
		every j, severity in order {
			given := facts(candidate({"ceiling": ceiling, "until_ns": granted + scale.day_ns}), {"severity": severity})
			objections(given) == {objection | i < j; some objection in worse(ceiling, severity)} with data.defectgate.settings.exception.terms as lax
		}
	}
}

test_t4_one_of_a_file_has_a_ceiling_where_it_says_so if {
	codes(facts(filed, {"severity": "high"})) == set()
	objections(facts(object.union(filed, {"ceiling": "medium"}), {"severity": "high"})) == worse("medium", "high")
}

test_t4_an_override_is_for_every_severity if {
	every severity in order {
		codes(facts(override, {"severity": severity})) == set()
	}
}

exploited := {{"code": "E_RECORD", "sentence": "it was given before the defect was known to be exploited: mend it, or have it signed off again"}}

bound(facts) := candidate({"bound": object.union(sound.bound, facts)})

test_t4_it_ends_where_the_defect_becomes_exploited if {
	objections(facts(sound, {"exploited": true})) == exploited
	objections(facts(sound, {"kev": {"ransomware": false}})) == exploited
}

test_t4_known_exploitation_was_accepted_with_it if {
	codes(facts(bound({"exploited": true}), {"exploited": true, "kev": {"ransomware": true}})) == set()
}

test_t4_what_was_noted_wins_over_the_clock if {
	codes(facts(bound({"exploited": true}), {"exploited": true, "clocks": {"exploited_since_ns": granted + 1}})) == set()
	codes(facts(sound, {"clocks": {"exploited_since_ns": granted + 1}})) == set()
}

since(now) := {"exploited": true, "clocks": {"exploited_since_ns": now}}

test_t4_one_of_a_file_goes_by_the_clock if {
	codes(facts(filed, since(granted))) == set()
	objections(facts(filed, since(granted + 1))) == exploited
}

test_an_override_lifts_what_is_exploited if {
	codes(facts(override, since(granted + 1))) == set()
}

# with a fix since an instant
fixed(now) := defect({"fixable": true, "clocks": {"fix_available_ns": now}})

mended(one, since, now) := asked({"exceptions": [one], "defect": fixed(since), "now_ns": now})

take_it(date) := {{"code": "E_RECORD", "sentence": sprintf("there is a fix since %s, and 14 days to take it are over: take it", [date])}}

grace := 14 * scale.day_ns

test_a_fix_that_appears_ends_it_after_a_grace if {
	appeared := granted + scale.day_ns
	every one in [sound, filed] {
		codes(mended(one, appeared, (appeared + grace) - 1)) == set()
		objections(mended(one, appeared, appeared + grace)) == take_it("2026-01-02")
	}
}

test_a_fix_that_was_there_ends_nothing if {
	codes(mended(bound({"fixable": true}), granted + 1, until - 1)) == set()
	codes(mended(filed, granted, until - 1)) == set()
}

test_a_fix_that_seems_older_counts_from_the_grant if {
	codes(mended(sound, granted - scale.day_ns, (granted + grace) - 1)) == set()
	objections(mended(sound, granted - scale.day_ns, granted + grace)) == take_it("2026-01-01")
}

test_a_fix_that_nobody_dates_counts_from_the_grant if {
	undated := defect({"fixable": true, "clocks": {}})
	codes(asked({"defect": undated, "now_ns": (granted + grace) - 1})) == set()
	objections(asked({"defect": undated, "now_ns": granted + grace})) == take_it("2026-01-01")
	codes(asked({"defect": undated, "now_ns": until - 1, "exceptions": [filed]})) == set()
}

test_without_a_fix_there_is_nothing_to_take if {
	gone := defect({"fixable": false, "clocks": {"fix_available_ns": granted + 1}})
	codes(asked({"defect": gone, "now_ns": until - 1})) == set()
}

test_an_override_stays_whatever_appears if {
	long := object.union(override, {"until_ns": granted + (99 * scale.day_ns)})
	codes(mended(long, granted + 1, until)) == {"E_HOURS"}
}

test_the_grace_is_a_setting if {
	given := mended(sound, granted + 1, granted + 2)
	codes(given) == set()
	codes(given) == {"E_RECORD"} with data.defectgate.settings.exception.terms as terms({"fix_grace": 0})
	codes(given) == {"E_RECORD"} with data.defectgate.settings.exception.terms as terms({"severities": {"high": {"fix_grace": 0}}})
}

test_without_a_grace_a_fix_ends_nothing if {
	given := mended(sound, granted + 1, until - 1)
	codes(given) == {"E_RECORD"}
	codes(given) == set() with data.defectgate.settings.exception.terms as terms({"fix_grace": null})
}

test_t29_one_whose_signature_does_not_count_does_not_apply if {
	every one in [sound, override] {
		objections(about(object.union(one, {"fault": "it is not in the log"}))) == {{
			"code": "E_REGISTER",
			"sentence": "its signature does not count: it is not in the log; have it signed off again",
		}}
	}
}

# at a change request whose newest commit is this
pushed(one, head) := asked({"exceptions": [one], "artifact": {"change": {"head": head}}})

ends_on_push := terms({"ends_on_push": true})

of_commit := "0123456789abcdef"

test_t3_a_push_can_end_it if {
	given := candidate({"head": of_commit})
	codes(pushed(given, of_commit)) == set() with data.defectgate.settings.exception.terms as ends_on_push
	objections(pushed(given, "fedc")) == {{
		"code": "E_RECORD",
		"sentence": "it was given for commit 0123456789ab, and the change has another one now: look at it, and have it signed off again",
	}} with data.defectgate.settings.exception.terms as ends_on_push
}

test_t3_a_push_ends_nothing_otherwise if {
	given := candidate({"head": of_commit})
	codes(pushed(given, "fedc")) == set() with data.defectgate.settings.exception.terms as terms({"ends_on_push": false})
	codes(asked({"exceptions": [given], "artifact": {}})) == set() with data.defectgate.settings.exception.terms as ends_on_push
	codes(pushed(sound, "fedc")) == set() with data.defectgate.settings.exception.terms as ends_on_push
}

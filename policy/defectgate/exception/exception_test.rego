package defectgate.exception_test

import data.defectgate.exception
import data.defectgate.scale

at(text) := time.parse_rfc3339_ns(text)

granted := at("2026-01-01T10:00:00Z")

until := at("2026-03-01T00:00:00Z")

ann := {"id": "1", "login": "ann", "role": "maintain", "teams": [], "source": "forge", "at_ns": granted - 1000, "fault": ""}

bob := object.union(ann, {"id": "2", "login": "bob"})

# a sign-off to which nothing can be objected
sound := {
	"id": "E-1",
	"kind": "accept",
	"reason": "not reachable from outside",
	"approver": "ann",
	"approvals": [ann],
	"mismatches": [],
	"signed": true,
	"wide": false,
	"fault": "",
	"ticket": "",
	"renewals": 0,
	"granted_ns": granted,
	"until_ns": until,
	"ceiling": "high",
	"bound": {"exploited": false, "fixable": false},
}

candidate(extra) := object.union(sound, extra)

# the same in a file, which says of the defect nothing but its name
filed := object.remove(candidate({"signed": false}), ["ceiling", "bound"])

# break-glass: it names no defect
override := object.union(object.remove(sound, ["ceiling", "bound"]), {
	"kind": "override",
	"ticket": "SEC-1",
	"until_ns": granted + (72 * scale.hour_ns),
})

defect(extra) := object.union({"severity": "high", "exploited": false, "fixable": false, "clocks": {}}, extra)

asked(extra) := object.union({"now_ns": granted + 1, "defect": defect({}), "exceptions": [sound]}, extra)

about(one) := asked({"exceptions": [one]})

when(one, now) := asked({"exceptions": [one], "now_ns": now})

# of a severity, for which it was given
rated(one, severity) := asked({"exceptions": [object.union(one, {"ceiling": severity})], "defect": defect({"severity": severity})})

critical(extra) := rated(candidate(object.union({"controls": ["waf"], "until_ns": granted + scale.day_ns, "approvals": [ann, bob]}, extra)), "critical")

objections(given) := list if list := exception.objected["E-1"] with input as given

codes(given) := {objection.code | some objection in objections(given)}

sentences(given) := {objection.sentence | some objection in objections(given)}

terms(extra) := object.union(data.defectgate.settings.exception.terms, extra)

covering(given) := id if id := exception.covering with input as given

test_a_sound_exception_applies if {
	exception.rulings == {{"exception": "E-1", "kind": "accept", "refusals": set()}} with input as asked({})
	covering(asked({})) == "E-1"
}

test_one_of_a_file_and_an_override_apply if {
	codes(about(filed)) == set()
	codes(about(override)) == set()
	codes(critical({})) == set()
}

test_a_refusal_is_the_sentence_of_an_objection if {
	exception.rulings == {{"exception": "E-1", "kind": "accept", "refusals": {"it begins on 2026-01-01: until then the defect counts"}}} with input as when(sound, granted - 1)
}

test_t31_it_applies_from_the_instant_of_its_grant if {
	codes(when(sound, granted)) == set()
	objections(when(sound, granted - 1)) == {{"code": "E_DATE", "sentence": "it begins on 2026-01-01: until then the defect counts"}}
}

test_t31_the_whole_last_day_counts if {
	codes(when(sound, until - 1)) == set()
	objections(when(sound, until)) == {{"code": "E_DATE", "sentence": "it ended on 2026-02-28: mend the defect, or have it signed off again"}}
}

test_t31_of_an_override_the_hours_count if {
	codes(when(override, override.until_ns - 1)) == set()
	objections(when(override, override.until_ns)) == {{
		"code": "E_DATE",
		"sentence": "it ended on 2026-01-04 10:00 UTC: mend the defect, or have it signed off again",
	}}
}

test_one_without_an_end_or_a_begin_does_not_apply if {
	objections(about(object.remove(sound, ["until_ns"]))) == {{"code": "E_DATE", "sentence": "it has no day on which it ends: give it one"}}
	objections(about(object.remove(sound, ["granted_ns"]))) == {{"code": "E_DATE", "sentence": "it has no day on which it begins: give it one"}}
}

revoked := candidate({"revoked": {"at_ns": granted + 50, "by": "bob", "by_id": "2", "reason": "it is reachable"}})

test_it_ends_at_the_instant_of_its_revocation if {
	codes(when(revoked, granted + 49)) == set()
	every now in [granted + 50, granted + 51] {
		objections(when(revoked, now)) == {{
			"code": "E_RECORD",
			"sentence": "it was revoked on 2026-01-01 by bob (it is reachable): mend the defect, or have it signed off again",
		}}
	}
}

lasting(days) := candidate({"until_ns": at("2026-01-02T00:00:00Z") + (days * scale.day_ns)})

test_t31_each_severity_has_its_longest_time if {
	every severity, days in {"high": 90, "medium": 180, "low": 365, "none": 365, "unknown": 90} {
		codes(rated(lasting(days), severity)) == set()
		codes(rated(object.union(lasting(days), {"until_ns": lasting(days).until_ns + 1}), severity)) == {"E_DATE"}
	}
	codes(critical({"until_ns": lasting(30).until_ns})) == set()
	codes(critical({"until_ns": lasting(30).until_ns + 1})) == {"E_DATE"}
}

test_t31_it_says_until_when_it_may_last if {
	sentences(about(lasting(91))) == {"it may last 90 days, until 2026-04-01, and ends on 2026-04-02: sign off a day until then"}
}

test_t31_from_midnight_the_last_day_counts_too if {
	midnight := at("2026-01-01T00:00:00Z")
	codes(when(candidate({"granted_ns": midnight, "until_ns": midnight + (91 * scale.day_ns)}), granted)) == set()
	codes(when(candidate({"granted_ns": midnight, "until_ns": (midnight + (91 * scale.day_ns)) + 1}), granted)) == {"E_DATE"}
}

test_t31_a_nanosecond_before_midnight_is_the_day_before if {
	one := candidate({"granted_ns": at("2026-01-01T00:00:00Z") - 1, "until_ns": at("2026-04-01T00:00:00Z")})
	codes(when(one, granted)) == set()
	codes(when(object.union(one, {"until_ns": one.until_ns + 1}), granted)) == {"E_DATE"}
}

test_t31_a_false_positive_has_the_same_longest_time if {
	codes(about(object.union(lasting(90), {"kind": "false-positive"}))) == set()
	codes(about(object.union(lasting(91), {"kind": "false-positive"}))) == {"E_DATE"}
}

test_the_longest_time_is_a_setting if {
	given := about(lasting(7))
	codes(given) == set() with data.defectgate.settings.exception.terms as terms({"days": 7})
	codes(given) == {"E_DATE"} with data.defectgate.settings.exception.terms as terms({"days": 6})
	codes(given) == {"E_DATE"} with data.defectgate.settings.exception.terms as terms({"severities": {"high": {"days": 6}}})
}

hours(n) := object.union(override, {"until_ns": granted + (n * scale.hour_ns)})

test_t31_an_override_lasts_at_most_its_hours if {
	every n in [1, 71, 72] {
		codes(about(hours(n))) == set()
	}
	every n in [73, 1000] {
		objections(about(hours(n))) == {{"code": "E_HOURS", "sentence": "it may last 72 hours, and lasts longer: sign off less"}}
	}
	codes(about(object.union(override, {"until_ns": override.until_ns + 1}))) == {"E_HOURS"}
}

test_t31_an_override_may_have_to_be_shorter if {
	codes(about(hours(4))) == set() with data.defectgate.settings.exception.terms as terms({"override": {"hours": 4}})
	sentences(about(hours(5))) == {"it may last 4 hours, and lasts longer: sign off less"} with data.defectgate.settings.exception.terms as terms({"override": {"hours": 4}})
}

test_it_says_in_what_it_does_not_fit if {
	objections(about(candidate({"mismatches": [
		{"what": "environment", "want": "staging", "have": "production"},
		{"what": "branch", "want": "main", "have": ""},
	]}))) == {
		{"code": "E_SCOPE", "sentence": `it is for environment "staging", and this is "production": sign off one for here, or mend the defect`},
		{"code": "E_SCOPE", "sentence": `it is for branch "main", and this is not known: sign off one for here, or mend the defect`},
	}
}

test_t4_it_does_not_fit_another_version_where_it_is_pinned if {
	sentences(about(candidate({"mismatches": [{"what": "version", "want": "1.3.0", "have": "1.4.0, 2.0.0"}]}))) == {`it is for version "1.3.0", and this is "1.4.0, 2.0.0": sign off one for here, or mend the defect`}
}

test_everything_that_ends_it_is_said_and_nothing_else if {
	codes(when(
		candidate({"approvals": [], "reason": "", "mismatches": [{"what": "branch", "want": "main", "have": "dev"}], "fault": "of another key"}),
		until,
	)) == {"E_SCOPE", "E_DATE", "E_REGISTER"}
}

test_everything_that_is_lacking_is_said if {
	codes(about(candidate({"approvals": [], "reason": ""}))) == {"E_REASON", "E_NEEDS_SECOND"}
}

test_of_several_the_first_by_id_covers if {
	covering(asked({"exceptions": [
		candidate({"id": "E-3"}),
		candidate({"id": "E-1", "reason": ""}),
		candidate({"id": "E-2", "kind": "false-positive"}),
	]})) == "E-2"
}

test_an_override_covers_only_where_nothing_else_does if {
	first := object.union(override, {"id": "A-1"})
	covering(asked({"exceptions": [first, sound]})) == "E-1"
	covering(asked({"exceptions": [first, candidate({"reason": ""})]})) == "A-1"
	covering(asked({"exceptions": [object.union(first, {"ticket": ""}), candidate({"reason": ""})]})) == ""
}

test_nothing_covers_where_none_applies if {
	covering(when(sound, until)) == ""
	covering(asked({"exceptions": []})) == ""
}

package defectgate.exception_test

import data.defectgate.exception

granted := time.parse_rfc3339_ns("2026-01-01T00:00:00Z")

until := time.parse_rfc3339_ns("2026-03-01T00:00:00Z")

sound := {
	"id": "E-1", "reason": "not reachable", "approver": "ann", "mismatches": [],
	"granted_ns": granted, "until_ns": until,
}

candidate(extra) := object.union(sound, extra)

during := granted + 1

refusals := ruling.refusals if some ruling in exception.rulings

test_a_sound_exception_applies if {
	exception.rulings == {{"exception": "E-1", "refusals": set()}} with input as {"now_ns": during, "exceptions": [sound]}
	exception.covering == "E-1" with input as {"now_ns": during, "exceptions": [sound]}
}

test_it_applies_from_the_instant_of_its_grant if {
	refusals == set() with input as {"now_ns": granted, "exceptions": [sound]}
	refusals == {"it begins on 2026-01-01"} with input as {"now_ns": granted - 1, "exceptions": [sound]}
}

test_it_has_ended_at_until_and_not_before if {
	refusals == set() with input as {"now_ns": until - 1, "exceptions": [sound]}
	refusals == {"it ended on 2026-02-28"} with input as {"now_ns": until, "exceptions": [sound]}
}

test_one_without_an_end_does_not_apply if {
	refusals == {"it has no day on which it ends"} with input as {"now_ns": during, "exceptions": [object.remove(sound, ["until_ns"])]}
}

test_one_without_a_begin_does_not_apply if {
	refusals == {"it has no day on which it begins"} with input as {"now_ns": during, "exceptions": [object.remove(sound, ["granted_ns"])]}
}

test_one_without_reason_or_approver_does_not_apply if {
	every member in ["reason", "approver"] {
		every broken in [candidate({member: ""}), candidate({member: " \t"}), object.remove(sound, [member])] {
			refusals == {sprintf("it has no %s", [member])} with input as {"now_ns": during, "exceptions": [broken]}
		}
	}
}

test_it_says_in_what_it_does_not_fit if {
	refusals == {`it is for environment "staging", and this is "production"`, `it is for branch "main", and this is not known`} with input as {
		"now_ns": during,
		"exceptions": [candidate({"mismatches": [
			{"what": "environment", "want": "staging", "have": "production"},
			{"what": "branch", "want": "main", "have": ""},
		]})],
	}
}

test_every_reason_is_said if {
	count(refusals) == 3 with input as {"now_ns": until, "exceptions": [candidate({
		"approver": "",
		"mismatches": [{"what": "branch", "want": "main", "have": "dev"}],
	})]}
}

test_of_several_the_first_by_id_covers if {
	exception.covering == "E-2" with input as {"now_ns": during, "exceptions": [
		candidate({"id": "E-3"}),
		candidate({"id": "E-1", "reason": ""}),
		candidate({"id": "E-2"}),
	]}
}

test_nothing_covers_where_none_applies if {
	exception.covering == "" with input as {"now_ns": until, "exceptions": [sound]}
	exception.covering == "" with input as {"now_ns": during, "exceptions": []}
}

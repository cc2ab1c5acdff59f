package defectgate.exception_test

import data.defectgate.exception

approved(list) := about(candidate({"approvals": list}))

approval(extra) := object.union(ann, extra)

too_few(have, need) := {{"code": "E_NEEDS_SECOND", "sentence": sprintf(
	"it has %d of %d approvers: another one writes /defectgate approve E-1, or runs: defectgate exception approve E-1",
	[have, need],
)}}

test_it_needs_its_approvers if {
	codes(approved([ann])) == set()
	objections(approved([])) == too_few(0, 1)
	objections(about(object.remove(sound, ["approvals"]))) == too_few(0, 1)
}

# what somebody asks for has no approver yet
requested(extra) := object.union(about(candidate({"approvals": []})), {"sign_off": object.union({"approval": approval({"role": "write"}), "asks": true}, extra)})

test_what_is_asked_for_says_who_may_approve_it if {
	sentences(requested({})) == {"it has 0 of 1 approvers: whoever has the role maintain, or the role admin, or the role maintainer, or the role owner may write /defectgate approve E-1"}
	sentences(requested({})) == {"it has 0 of 1 approvers: whoever has the role admin, or a place in the team acme/security, or one of 2 ids that are named may write /defectgate approve E-1"} with data.defectgate.settings.exception.terms as terms({
		"roles": ["admin"], "teams": ["acme/security"], "users": [7, 8],
	})
}

test_a_critical_one_needs_two if {
	codes(critical({})) == set()
	objections(critical({"approvals": [ann]})) == too_few(1, 2)
}

test_t20_the_same_person_twice_is_one if {
	objections(critical({"approvals": [ann, approval({"at_ns": granted + 1, "login": "ann-of-old"})]})) == too_few(1, 2)
}

test_one_of_a_file_says_where_to_name_another if {
	sentences(about(object.union(filed, {"approvals": []}))) == {"it has 0 of 1 approvers: name another one under approvers"}
}

test_a_wide_one_needs_a_second if {
	objections(about(candidate({"wide": true}))) == too_few(1, 2)
	codes(about(candidate({"wide": true, "approvals": [ann, bob]}))) == set()
}

test_a_wide_one_needs_as_many_as_the_settings_say_where_that_is_more if {
	given := about(candidate({"wide": true, "approvals": [ann, bob]}))
	objections(given) == too_few(2, 3) with data.defectgate.settings.exception.terms as terms({"approvers": 3})
}

test_how_many_is_a_setting if {
	objections(asked({})) == too_few(1, 2) with data.defectgate.settings.exception.terms as terms({"approvers": 2})
	objections(asked({})) == too_few(1, 2) with data.defectgate.settings.exception.terms as terms({"severities": {"high": {"approvers": 2}}})
	objections(about(override)) == too_few(1, 2) with data.defectgate.settings.exception.terms as terms({"override": {"approvers": 2}})
}

test_an_approval_counts_from_its_instant_on if {
	given := {now: when(candidate({"approvals": [approval({"at_ns": granted + 5})]}), now) | some now in [granted + 4, granted + 5]}
	objections(given[granted + 4]) == too_few(0, 1)
	codes(given[granted + 5]) == set()
}

test_t29_one_whose_signature_does_not_count_is_none if {
	objections(approved([approval({"fault": "of another key"})])) == too_few(0, 1)
	codes(approved([approval({"fault": "of another key"}), bob])) == set()
	codes(approved([object.remove(ann, ["fault"])])) == set()
}

barred(role) := candidate({"barred": [{"id": "1", "as": role}]})

self(role) := {
	"code": "E_SELF",
	"sentence": sprintf("ann is the %s, who cannot approve: ask somebody else", [role]),
}

test_t20_who_had_a_part_in_it_does_not_count if {
	every role in ["author", "committer", "requester"] {
		objections(about(barred(role))) == {self(role)} | too_few(0, 1)
		codes(about(object.union(barred(role), {"approvals": [ann, bob]}))) == set()
	}
}

test_t20_each_can_be_let_in if {
	every role in ["author", "committer", "requester"] {
		rest := {"author", "committer", "requester"} - {role}
		codes(about(barred(role))) == set() with data.defectgate.settings.exception.terms as terms({"barred": rest})
		codes(about(barred(role))) == {"E_SELF", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as terms({"barred": {role}})
	}
}

test_t20_who_had_a_part_in_it_is_no_second if {
	both := critical({"barred": [{"id": "1", "as": "author"}, {"id": "1", "as": "committer"}]})
	objections(both) == {self("author")} | too_few(1, 2)
	codes(critical({"barred": [{"id": "3", "as": "author"}]})) == set()
}

test_t10_who_may_was_checked_when_it_was_signed_off if {
	codes(asked({})) == set() with data.defectgate.settings.exception.terms as terms({"roles": ["admin"]})
	codes(approved([approval({"role": "read"})])) == set()
}

rechecked(extra) := terms(object.union({"recheck": true}, extra))

unauthorised := {"code": "E_AUTH", "sentence": "ann may not approve here: ask one of those that the settings exception.terms name"}

test_t10_rechecked_a_removed_approver_does_not_count if {
	codes(asked({})) == set() with data.defectgate.settings.exception.terms as rechecked({})
	objections(asked({})) == {unauthorised} | too_few(0, 1) with data.defectgate.settings.exception.terms as rechecked({"roles": ["admin"]})
	codes(approved([ann, approval({"id": "2", "role": "admin"})])) == set() with data.defectgate.settings.exception.terms as rechecked({"roles": ["admin"]})
}

test_without_a_login_the_id_is_told if {
	sentences(approved([approval({"login": "", "role": "read"})])) & {"1 may not approve here: ask one of those that the settings exception.terms name"} != set() with data.defectgate.settings.exception.terms as rechecked({})
}

may(extra) if codes(approved([approval(extra)])) == set() with data.defectgate.settings.exception.terms as rechecked({})

test_t8_the_role_decides if {
	every role in ["maintain", "admin", "maintainer", "owner"] {
		may({"role": role})
	}
	every role in ["read", "triage", "write", "security-reviewer", "MAINTAIN", "reporter", "developer", ""] {
		not may({"role": role})
	}
}

test_t8_a_custom_role_can_be_named if {
	custom := rechecked({"roles": ["security-reviewer"]})
	codes(approved([approval({"role": "security-reviewer"})])) == set() with data.defectgate.settings.exception.terms as custom
	every role in ["read", "triage", "write", "maintain", "admin"] {
		codes(approved([approval({"role": role})])) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as custom
	}
}

reader := approval({"id": "123456789012", "role": "read", "teams": ["acme/security", "acme/web"]})

test_t11_users_are_named_by_id if {
	every users in [[123456789012], ["123456789012"], [7, "123456789012"]] {
		codes(approved([reader])) == set() with data.defectgate.settings.exception.terms as rechecked({"users": users})
	}
	every users in [[12345678901], ["ann"], ["0123456789012"], []] {
		codes(approved([reader])) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as rechecked({"users": users})
	}
}

test_t9_a_team_decides_whatever_the_role if {
	codes(approved([reader])) == set() with data.defectgate.settings.exception.terms as rechecked({"teams": ["acme/security"]})
	every team in ["acme", "security", "acme/security-guests", "other/security"] {
		codes(approved([reader])) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as rechecked({"teams": [team]})
	}
}

test_a_severity_names_its_own_approvers if {
	admins := rechecked({"severities": {"high": {"roles": ["admin"]}}})
	codes(asked({})) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as admins
	codes(rated(sound, "medium")) == set() with data.defectgate.settings.exception.terms as admins
	codes(about(override)) == set() with data.defectgate.settings.exception.terms as admins
	codes(about(override)) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as rechecked({"override": {"roles": ["admin"]}})
}

test_each_source_counts_where_it_is_set if {
	every source in ["forge", "key", "file"] {
		given := approved([approval({"source": source})])
		codes(given) == set() with data.defectgate.settings.exception.terms as rechecked({})
		codes(given) == set() with data.defectgate.settings.exception.terms as rechecked({"sources": [source]})
		rest := {"forge", "key", "file"} - {source}
		codes(given) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as rechecked({"sources": rest})
	}
}

test_a_source_that_nobody_knows_does_not_count if {
	codes(approved([approval({"source": ""})])) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as rechecked({})
}

# nobody signed it off: without this check there would be none
test_a_file_does_not_count_where_files_are_switched_off if {
	given := about(object.union(filed, {"approvals": [approval({"id": "file:ann", "source": "file", "role": ""})]}))
	codes(given) == set()
	"E_NEEDS_SECOND" in codes(given) with data.defectgate.settings.exception.terms as terms({"sources": ["forge"]})
}

# whoever signed off asked the settings that he had; a check asks its own
test_a_key_does_not_count_where_keys_are_switched_off if {
	given := approved([approval({"id": "key:ann", "source": "key", "role": ""})])
	codes(given) == set()
	codes(given) == {"E_AUTH", "E_NEEDS_SECOND"} with data.defectgate.settings.exception.terms as terms({"sources": ["forge"]})
}

test_holders_of_keys_and_people_in_files_need_no_role if {
	every source in ["key", "file"] {
		may({"source": source, "role": ""})
	}
}

test_a_third_renewal_needs_a_higher_role if {
	codes(about(candidate({"renewals": 2}))) == set()
	objections(about(candidate({"renewals": 3}))) == {{
		"code": "E_AUTH",
		"sentence": "it is renewed for the 3. time, which admin or owner must approve: mend the defect, or ask them",
	}}
	codes(about(candidate({"renewals": 3, "approvals": [ann, object.union(bob, {"role": "admin"})]}))) == set()
	codes(about(candidate({"renewals": 3, "approvals": [approval({"role": "owner"})]}))) == set()
}

test_a_higher_role_is_a_role_a_team_or_an_id if {
	every title in ["maintain", "acme/security", "1"] {
		given := about(candidate({"renewals": 3, "approvals": [approval({"teams": ["acme/security"]})]}))
		codes(given) == set() with data.defectgate.settings.exception.terms as terms({"renewal_roles": [title]})
	}
}

test_how_many_renewals_is_a_setting if {
	every n, want in {0: set(), 1: {"E_AUTH"}} {
		codes(about(candidate({"renewals": n}))) == want with data.defectgate.settings.exception.terms as terms({"renewals": 0})
	}
}

# somebody signs off
signing := {"sign_off": {"approval": ann, "barred": [], "fork": false, "unmapped": false, "named": true}}

# the exception as it would be
granting(extra) := object.union(about(candidate(extra)), signing)

test_t8_who_signs_off_is_checked_whether_rechecked_or_not if {
	codes(granting({})) == set()
	objections(granting({"approvals": [approval({"role": "write"})]})) == {unauthorised} | too_few(0, 1)
}

test_t20_signing_off_by_a_third_does_not_hide_who_had_a_part_in_it if {
	given := {"approvals": [ann, bob], "barred": [{"id": "1", "as": "author"}]}
	codes(about(candidate(given))) == set()
	objections(granting(given)) == {self("author")}
}

test_a_renewal_is_asked_for_its_higher_role_when_it_is_signed_off if {
	codes(granting({"renewals": 3})) == {"E_AUTH"}
	codes(granting({"renewals": 3, "approvals": [approval({"role": "admin"})]})) == set()
}

test_t20_who_had_a_part_in_it_does_not_lift_a_renewal if {
	given := {"renewals": 3, "approvals": [ann, object.union(bob, {"role": "admin"})], "barred": [{"id": "2", "as": "author"}]}
	count(codes(about(candidate(given)))) > 0
	count(codes(granting(given))) > 0
}

test_who_had_a_part_in_it_does_not_end_what_others_renewed if {
	every renewals in [2, 3] {
		given := {"renewals": renewals, "approvals": [approval({"role": "admin"}), bob], "barred": [{"id": "2", "as": "author"}]}
		codes(about(candidate(given))) == set()
	}
}

test_how_many_it_needs_is_told if {
	exception.needs == {"E-1": 2} with input as critical({})
	exception.needs == {"E-1": 1, "E-2": 2} with input as asked({"exceptions": [sound, candidate({"id": "E-2", "wide": true})]})
}

package defectgate.approval_test

import data.defectgate.approval
import data.defectgate.exception_test as fixture

by(extra) := object.union(fixture.ann, extra)

# somebody signs off
signing(extra) := {"sign_off": object.union({"approval": fixture.ann, "barred": [], "fork": false, "unmapped": false, "named": true}, extra)}

against(extra) := list if list := approval.against with input as signing(extra)

no_approver := {{"code": "E_AUTH", "sentence": "only approvers may do this: the settings exception.terms say who they are"}}

test_t8_whoever_signs_off_is_asked_for_a_role if {
	against({}) == set()
	every role in ["read", "triage", "write", "security-reviewer"] {
		against({"approval": by({"role": role})}) == no_approver
	}
	every role in ["maintain", "admin"] {
		against({"approval": by({"role": role})}) == set()
	}
}

test_t8_who_may_approve_anything_is_heard if {
	developer := {"approval": by({"role": "write"})}
	every narrower in [{"override": {"roles": ["write"]}}, {"severities": {"low": {"users": [1]}}}] {
		against(developer) == set() with data.defectgate.settings.exception.terms as fixture.terms(narrower)
	}
	against(developer) == no_approver with data.defectgate.settings.exception.terms as fixture.terms({"severities": {"low": {"users": [2]}}})
}

test_a_source_that_is_switched_off_signs_nothing_off if {
	holder := {"approval": by({"source": "key", "role": ""})}
	against(holder) == set()
	against(holder) == no_approver with data.defectgate.settings.exception.terms as fixture.terms({"sources": ["forge", "file"]})
	against({}) == no_approver with data.defectgate.settings.exception.terms as fixture.terms({"sources": ["key"]})
}

test_t21_nothing_is_signed_off_at_changes_of_forks if {
	against({"fork": true}) == {{
		"code": "E_AUTH",
		"sentence": "sign-offs at changes from forks are switched off: have the change pushed to this repository",
	}}
	against({"fork": true}) == set() with data.defectgate.settings.exception.terms as fixture.terms({"forks": true})
}

test_t20_who_had_a_part_in_the_change_signs_nothing_off if {
	every role in ["author", "committer", "requester"] {
		mine := {"barred": [{"id": "2", "as": "author"}, {"id": "1", "as": role}]}
		against(mine) == {{"code": "E_SELF", "sentence": sprintf("ann is the %s, who cannot approve: ask somebody else", [role])}}
		rest := {"author", "committer", "requester"} - {role}
		against(mine) == set() with data.defectgate.settings.exception.terms as fixture.terms({"barred": rest})
	}
	against({"barred": [{"id": "2", "as": "author"}]}) == set()
}

holding(login) := {"approval": by({"id": "key:k", "login": login}), "barred": [{"id": "1", "login": "Ann", "as": "author"}]}

test_t20_a_key_is_no_other_person_than_its_name if {
	against(holding("ANN")) == {{"code": "E_SELF", "sentence": "ANN is the author, who cannot approve: ask somebody else"}}
	against(holding("bob")) == set()
	nameless := {"approval": by({"id": "key:k", "login": ""}), "barred": [{"id": "1", "login": "", "as": "author"}]}
	against(nameless) == set()
}

strict(extra) := fixture.terms(object.union({"strict": true}, extra))

test_t20_a_committer_whom_nobody_knows_could_be_anybody if {
	unmapped := {"unmapped": true, "named": true}
	against(unmapped) == {{
		"code": "E_SELF",
		"sentence": "a committer is not known on the forge, so that nobody can say who had a part in it: have the commits made with a known address",
	}} with data.defectgate.settings.exception.terms as strict({})
	against(unmapped) == set() with data.defectgate.settings.exception.terms as strict({"barred": ["author", "requester"]})
	against(unmapped) == set() with data.defectgate.settings.exception.terms as fixture.terms({"strict": false})
}

test_t3_the_commit_that_was_looked_at_can_be_wanted if {
	against({"named": false}) == {{
		"code": "E_SYNTAX",
		"sentence": "name the commit that you looked at: write `at` with its first digits before `until` or `because`",
	}} with data.defectgate.settings.exception.terms as strict({})
	against({"named": true}) == set() with data.defectgate.settings.exception.terms as strict({})
	against({"named": false}) == set() with data.defectgate.settings.exception.terms as fixture.terms({"strict": false})
}

stands(extra, now) if {
	one := fixture.candidate(object.union({"in_scope": true}, extra))
	approval.stands(one) with input as {"now_ns": now}
}

test_it_stands_from_its_grant_until_its_end if {
	stands({}, fixture.granted)
	stands({}, fixture.until - 1)
	not stands({}, fixture.granted - 1)
	not stands({}, fixture.until)
}

test_it_does_not_stand_elsewhere_nor_revoked if {
	not stands({"in_scope": false}, fixture.granted)
	stands({"revoked": fixture.revoked.revoked}, fixture.granted + 49)
	not stands({"revoked": fixture.revoked.revoked}, fixture.granted + 50)
}

# somebody who may not approve asks for it
requesting(extra) := object.union({"asks": true, "approval": by({"role": "write"})}, extra)

no_requester := {{"code": "E_AUTH", "sentence": "only members with one of the roles in exception.terms.requesters may ask for an approval"}}

test_t8_whoever_may_not_approve_may_ask_with_a_role if {
	every role in ["write", "triage", "developer", "maintain"] {
		against(requesting({"approval": by({"role": role})})) == set()
	}
	every role in ["", "read", "guest", "security-reviewer"] {
		against(requesting({"approval": by({"role": role})})) == no_requester
	}
	against(requesting({})) == no_requester with data.defectgate.settings.exception.terms as fixture.terms({"requesters": []})
}

test_who_had_a_part_in_the_change_may_ask if {
	against(requesting({"barred": [{"id": "1", "as": "author"}], "unmapped": true})) == set() with data.defectgate.settings.exception.terms as fixture.terms({"strict": true})
	count(against(requesting({"fork": true}))) == 1
}

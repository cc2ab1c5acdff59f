# METADATA
# title: Who approves
# description: >-
#   Who has approved an exception, who had a part in the change, and who may approve at all, by the settings of exception/terms. What an exception
#   must fulfil beyond that depends on its defect, and stands in package exception.
package defectgate.approval

import data.defectgate.scale

settings := data.defectgate.settings.exception.terms

# the approvals that were given and whose signature counts
given(candidate) := {approval |
	some approval in object.get(candidate, "approvals", [])
	approval.at_ns <= input.now_ns
	object.get(approval, "fault", "") == ""
}

# what somebody who approved was in the change; undefined for one who had no part in it
part(barred, approval) := min({party.as |
	some party in barred
	same(party, approval)
	party.as in settings.barred
})

# by the id, which stays, or by the name, by which the forge and a key set call one person alike
same(person, other) if person.id == other.id

same(person, other) if {
	person.login != ""
	lower(person.login) == lower(other.login)
}

# the distinct people without a part in the change who approved
independent(candidate) := {approval.id |
	some approval in given(candidate)
	not part(object.get(candidate, "barred", []), approval)
}

# how many people they are: one who comments as a member of the forge and signs with a key goes by one name
people(candidate, ids) := min({count(ids), count({lower(by.login) |
	some by in given(candidate)
	by.id in ids
})})

# whether an exception of this artifact is in force today, whatever its defects are
stands(candidate) if {
	candidate.in_scope
	input.now_ns >= candidate.granted_ns
	input.now_ns < candidate.until_ns
	not revoked(candidate)
}

revoked(candidate) if input.now_ns >= object.get(candidate.revoked, "at_ns", 0)

called(approval) := approval.login if {
	approval.login != ""
} else := approval.id

# whether somebody may approve, by one of what is asked for
may(approval, _) if {
	approval.source in {"file", "key"}
	approval.source in settings.sources
}

may(approval, who) if {
	approval.source == "forge"
	approval.source in settings.sources
	fits(approval, who)
}

fits(approval, who) if {
	some user in who.users
	sprintf("%v", [user]) == approval.id
}

fits(approval, who) if {
	some team in who.teams
	team in approval.teams
}

fits(approval, who) if approval.role in who.roles

# whether somebody may approve anything
may_something(approval) if {
	some who in anyones
	may(approval, who)
}

# those who may approve something: for all, for a severity, for overrides
anyones contains said(settings)

anyones contains said(settings.override)

anyones contains said(below) if some below in settings.severities

said(terms) := {key: value |
	some key in ["users", "teams", "roles"]
	value := terms[key]
	value != null
}

objection(code, sentence) := {"code": code, "sentence": sentence}

# what stands against whoever asks for a sign-off, whatever it is for: the first question
against contains objection("E_AUTH", "only approvers may do this: the settings exception.terms say who they are") if {
	not input.sign_off.asks
	not may_something(input.sign_off.approval)
}

against contains objection("E_AUTH", "only members with one of the roles in exception.terms.requesters may ask for an approval") if {
	input.sign_off.asks
	not input.sign_off.approval.role in settings.requesters
}

against contains objection("E_AUTH", "sign-offs at changes from forks are switched off: have the change pushed to this repository") if {
	input.sign_off.fork
	not settings.forks
}

against contains objection("E_SELF", sprintf("%s is the %s, who cannot approve: ask somebody else", [called(input.sign_off.approval), role])) if {
	not input.sign_off.asks
	role := part(input.sign_off.barred, input.sign_off.approval)
}

against contains objection(
	"E_SELF",
	"a committer is not known on the forge, so that nobody can say who had a part in it: have the commits made with a known address",
) if {
	settings.strict
	not input.sign_off.asks
	input.sign_off.unmapped
	"committer" in settings.barred
}

against contains objection("E_SYNTAX", "name the commit that you looked at: write `at` with its first digits before `until` or `because`") if {
	settings.strict
	not input.sign_off.named
}

# the last moment of an exception as people say it: a day; of an override, the minute
last(candidate) := scale.date(candidate.until_ns - 1) if {
	candidate.kind != "override"
} else := time.format([candidate.until_ns, "UTC", "2006-01-02 15:04 UTC"])

package defectgate.exception

import data.defectgate.approval
import data.defectgate.terms

# An approval counts that was given by somebody who had no part in the change and may approve. Whether people of a forge and holders of keys may was
# checked when they signed off; the setting recheck asks again, with the settings of now. Nobody checked whom a file names.
unapproved(candidate) := worn(candidate) if {
	people(candidate) >= needed(candidate)
	not input.sign_off
} else := ((involved(candidate) | unauthorised(candidate)) | few(candidate)) | worn(candidate)

approvers(candidate) := {by.id |
	some by in approval.given(candidate)
	by.id in approval.independent(candidate)
	trusted(candidate, by)
}

people(candidate) := approval.people(candidate, approvers(candidate))

needed(candidate) := max({terms.demanded(candidate, "approvers"), 2}) if {
	candidate.wide
} else := terms.demanded(candidate, "approvers")

needs[candidate.id] := needed(candidate) if some candidate in input.exceptions

involved(candidate) := {objection("E_SELF", sprintf("%s is the %s, who cannot approve: ask somebody else", [approval.called(by), part])) |
	some by in approval.given(candidate)
	part := approval.part(object.get(candidate, "barred", []), by)
}

unauthorised(candidate) := {objection("E_AUTH", sprintf(
	"%s may not approve here: ask one of those that the settings exception.terms name",
	[approval.called(by)],
)) |
	some by in approval.given(candidate)
	not trusted(candidate, by)
}

few(candidate) := {objection("E_NEEDS_SECOND", sprintf("it has %d of %d approvers: %s", [
	people(candidate),
	needed(candidate),
	remedy(candidate),
])) |
	people(candidate) < needed(candidate)
}

remedy(candidate) := sprintf("whoever has %s may write /defectgate approve %s", [able(candidate), candidate.id]) if {
	input.sign_off.asks
} else := sprintf("another one writes /defectgate approve %s, or runs: defectgate exception approve %s", [candidate.id, candidate.id]) if {
	candidate.signed
} else := "name another one under approvers"

# what makes somebody an approver: roles and teams by their names, people by their number
able(candidate) := concat(", or ", array.concat(
	array.concat(
		[sprintf("the role %s", [role]) | some role in terms.demanded(candidate, "roles")],
		[sprintf("a place in the team %s", [team]) | some team in terms.demanded(candidate, "teams")],
	),
	[sprintf("one of %d ids that are named", [count(ids)]) | ids := terms.demanded(candidate, "users"); count(ids) > 0],
))

# what was renewed often needs one of those approvers that the settings name
tired(candidate) if candidate.renewals > terms.settings.renewals

worn(candidate) := {objection("E_AUTH", sprintf(
	"it is renewed for the %d. time, which %s must approve: mend the defect, or ask them",
	[candidate.renewals, concat(" or ", terms.settings.renewal_roles)],
)) |
	tired(candidate)
	count({by |
		some by in approval.given(candidate)
		by.id in approvers(candidate)
		some title in terms.settings.renewal_roles
		title in ({by.role, by.id} | {team | some team in by.teams})
	}) == 0
}

# whether it is to be asked if somebody may approve: of whoever signs off now, by the setting of everybody, of those whom nobody has asked, and where
# it holds in environments other than the one whose settings were asked
asked(_, by) if by.id == input.sign_off.approval.id

asked(_, _) if terms.settings.recheck

asked(_, by) if by.source == "file"

asked(candidate, _) if candidate.wide

trusted(candidate, by) if {
	not asked(candidate, by)
	by.source in terms.settings.sources
}

trusted(candidate, by) if {
	asked(candidate, by)
	approval.may(by, {key: terms.demanded(candidate, key) | some key in ["users", "teams", "roles"]})
}

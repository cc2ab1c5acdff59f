package defectgate.exception

import data.defectgate.scale
import data.defectgate.terms

# An exception was given for what was known then. It ends by itself where that became worse, or mending became possible.
void(candidate) := ((faulty(candidate) | severer(candidate)) | (exploited(candidate) | fixed(candidate))) | pushed(candidate)

faulty(candidate) := {objection("E_REGISTER", sprintf("its signature does not count: %s; have it signed off again", [candidate.fault])) |
	candidate.fault != ""
}

severer(candidate) := {objection("E_RECORD", sprintf(
	"it was given for at most %s, and the defect is %s now: mend it, or have it signed off again",
	[candidate.ceiling, input.defect.severity],
)) |
	scale.severity[input.defect.severity] > scale.severity[candidate.ceiling]
}

exploited(candidate) := {objection(
	"E_RECORD",
	"it was given before the defect was known to be exploited: mend it, or have it signed off again",
) |
	worse(candidate)
}

# known by what was noted when it was signed off, else by the clock
worse(candidate) if {
	candidate.bound.exploited == false
	threatened
}

worse(candidate) if {
	candidate.kind != "override"
	not candidate.bound
	input.defect.clocks.exploited_since_ns > candidate.granted_ns
}

threatened if input.defect.exploited

threatened if input.defect.kev

fixed(candidate) := {objection("E_RECORD", sprintf(
	"there is a fix since %s, and %d days to take it are over: take it",
	[scale.date(fixed_since(candidate)), terms.demanded(candidate, "fix_grace")],
)) |
	is_number(terms.demanded(candidate, "fix_grace"))
	input.now_ns >= fixed_since(candidate) + (terms.demanded(candidate, "fix_grace") * scale.day_ns)
}

# since when there is a fix that was not there when it was signed off. Of one that nobody dates it is only known that it is younger.
fixed_since(candidate) := max({since, candidate.granted_ns}) if {
	candidate.kind != "false-positive"
	candidate.bound.fixable == false
	input.defect.fixable
	since := object.get(input.defect.clocks, "fix_available_ns", candidate.granted_ns)
} else := since if {
	candidate.kind != "override"
	not candidate.bound
	since := input.defect.clocks.fix_available_ns
	since > candidate.granted_ns
}

pushed(candidate) := {objection("E_RECORD", sprintf(
	"it was given for commit %s, and the change has another one now: look at it, and have it signed off again",
	[substring(candidate.head, 0, 12)],
)) |
	terms.settings.ends_on_push
	candidate.head != input.artifact.change.head
}

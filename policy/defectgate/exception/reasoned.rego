package defectgate.exception

import data.defectgate.terms

unaccountable(candidate) := unreasoned(candidate) | (uncontrolled(candidate) | unticketed(candidate))

unreasoned(candidate) := {objection("E_REASON", sprintf(
	"its reason has %d characters, and %d are wanted: say why the risk can be taken",
	[count(reason(candidate)), terms.demanded(candidate, "reason")],
)) |
	count(reason(candidate)) < terms.demanded(candidate, "reason")
} | {objection("E_REASON", "its reason says nothing: say why the risk can be taken") |
	reason(candidate) != ""
	not says(reason(candidate))
}

reason(candidate) := trim_space(object.get(candidate, "reason", ""))

# whether a text has a word that is no filler; marks alone are none
says(text) if {
	some word in regex.split(`[^\p{L}\p{N}/]+`, lower(text))
	word != ""
	not word in filler
}

filler contains lower(word) if some word in terms.settings.filler

uncontrolled(candidate) := {objection("E_CONTROL", "it names no compensating control, and one is wanted: say what holds the risk down meanwhile") |
	terms.demanded(candidate, "control")
	candidate.kind != "false-positive"
	every control in object.get(candidate, "controls", []) {
		not says(control)
	}
}

unticketed(candidate) := {objection("E_TICKET", "it names no ticket, and one is wanted: say where it is followed up") |
	terms.demanded(candidate, "ticket")
	not regex.match(`[\p{L}\p{N}]`, object.get(candidate, "ticket", ""))
}

# METADATA
# title: The judgement of exceptions
# description: >-
#   Says of each exception that names a defect whether it applies, and if not, why, in a sentence for the one who answers for it.
#   The input holds the facts: what does not fit was found before, and who had which role was checked when it was signed off.
#   What is demanded are the settings of exception/terms.
package defectgate.exception

import data.defectgate.approval
import data.defectgate.scale
import data.defectgate.terms

rulings contains {
	"exception": candidate.id,
	"kind": candidate.kind,
	"refusals": {objection.sentence | some objection in found},
} if {
	some candidate in input.exceptions
	found := objections(candidate) # what cannot be judged has no ruling, and does not apply
}

# the exception that covers the defect: of several that apply, the first by id; an override where no other does
default covering := ""

covering := min({[rank, ruling.exception] |
	some ruling in rulings
	count(ruling.refusals) == 0
	rank := to_number(ruling.kind == "override")
})[1]

# with the code by which a reply names each
objected[candidate.id] := objections(candidate) if some candidate in input.exceptions

# what ends an exception is told alone: beside it, nothing that is lacking matters
objections(candidate) := over(candidate) if {
	count(over(candidate)) > 0
} else := (overlong(candidate) | unaccountable(candidate)) | unapproved(candidate)

over(candidate) := (outside(candidate) | untimely(candidate)) | void(candidate)

outside(candidate) := {objection("E_SCOPE", sprintf(
	"it is for %s %q, and this is %s: sign off one for here, or mend the defect",
	[mismatch.what, mismatch.want, named(mismatch.have)],
)) |
	some mismatch in candidate.mismatches
}

named(have) := sprintf("%q", [have]) if have != ""

named("") := "not known"

untimely(candidate) := ((expired(candidate) | early(candidate)) | undated(candidate)) | revoked(candidate)

undated(candidate) := {objection("E_DATE", sprintf("it has no day on which it %s: give it one", [verb])) |
	some member, verb in {"granted_ns": "begins", "until_ns": "ends"}
	not candidate[member]
}

expired(candidate) := {objection("E_DATE", sprintf("it ended on %s: mend the defect, or have it signed off again", [approval.last(candidate)])) |
	input.now_ns >= candidate.until_ns
}

early(candidate) := {objection("E_DATE", sprintf("it begins on %s: until then the defect counts", [scale.date(candidate.granted_ns)])) |
	input.now_ns < candidate.granted_ns
}

revoked(candidate) := {objection("E_RECORD", sprintf(
	"it was revoked on %s by %s (%s): mend the defect, or have it signed off again",
	[scale.date(at_ns), object.get(candidate.revoked, "by", ""), object.get(candidate.revoked, "reason", "")],
)) |
	at_ns := object.get(candidate.revoked, "at_ns", 0)
	input.now_ns >= at_ns
}

overlong(candidate) := {objection("E_HOURS", sprintf("it may last %d hours, and lasts longer: sign off less", [hours])) |
	hours := terms.settings.override.hours
	candidate.until_ns - candidate.granted_ns > hours * scale.hour_ns
} if candidate.kind == "override"

overlong(candidate) := {objection("E_DATE", sprintf(
	"it may last %d days, until %s, and ends on %s: sign off a day until then",
	[terms.demanded(candidate, "days"), scale.date(latest), scale.date(candidate.until_ns - 1)],
)) |
	latest := candidate.granted_ns + (terms.demanded(candidate, "days") * scale.day_ns)
	candidate.until_ns - 1 >= (floor(latest / scale.day_ns) + 1) * scale.day_ns
} if candidate.kind != "override"

objection(code, sentence) := approval.objection(code, sentence)

# METADATA
# title: The judgement of exceptions
# description: >-
#   Says of each exception that names a defect whether it applies, and if not, why, in a sentence for the one who asked for it.
#   The input holds the facts: what does not fit was found before.
package defectgate.exception

import data.defectgate.scale

rulings contains {"exception": candidate.id, "refusals": refusals(candidate)} if some candidate in input.exceptions

# the exception that covers the defect: of several that apply, the first by id
default covering := ""

covering := min({ruling.exception |
	some ruling in rulings
	count(ruling.refusals) == 0
})

refusals(candidate) := (outside(candidate) | untimely(candidate)) | unaccountable(candidate)

outside(candidate) := {sentence |
	some mismatch in candidate.mismatches
	sentence := sprintf("it is for %s %q, and this is %s", [mismatch.what, mismatch.want, named(mismatch.have)])
}

named(have) := sprintf("%q", [have]) if have != ""

named("") := "not known"

untimely(candidate) := (expired(candidate) | early(candidate)) | undated(candidate)

undated(candidate) := {sprintf("it has no day on which it %s", [verb]) |
	some member, verb in {"granted_ns": "begins", "until_ns": "ends"}
	not candidate[member]
}

expired(candidate) := {sprintf("it ended on %s", [scale.date(candidate.until_ns - 1)]) | input.now_ns >= candidate.until_ns}

early(candidate) := {sprintf("it begins on %s", [scale.date(candidate.granted_ns)]) | input.now_ns < candidate.granted_ns}

unaccountable(candidate) := {sprintf("it has no %s", [member]) |
	some member in ["reason", "approver"]
	trim_space(object.get(candidate, member, "")) == ""
}

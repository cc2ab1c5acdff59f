# METADATA
# title: Refused exception
# description: >-
#   An exception was granted for this defect and for this artifact, and does not hold. The defect counts. Sign-offs, which cannot be taken out of
#   the ledger, are listed by themselves.
# custom:
#   remedy: mend the defect and remove the exception, or have it renewed
package defectgate.rules.exception.refused

import data.defectgate.exception

report contains {"message": sprintf("exception %s does not hold: %s", [candidate.id, concat("; ", ruling.refusals)])} if {
	some candidate in input.exceptions
	not candidate.signed
	count(candidate.mismatches) == 0
	exception.covering == "" # then each ruling has a refusal
	some ruling in exception.rulings
	ruling.exception == candidate.id
	input.now_ns >= candidate.granted_ns
}

# METADATA
# title: Unused exception
# description: The exception is for this artifact and names none of its open defects.
# custom:
#   scope: artifact
#   remedy: remove it from its file, or revoke it
package defectgate.rules.exception.unused

import data.defectgate.approval

report contains {"message": sprintf("exception %s names no open defect (%s)", [candidate.id, candidate.origin])} if {
	some candidate in input.exceptions
	candidate.in_scope
	candidate.named == 0
	candidate.kind != "override"
	relevant(candidate)
}

# what ended can be taken out of a file, and not out of the ledger
relevant(candidate) if not candidate.signed

relevant(candidate) if approval.stands(candidate)

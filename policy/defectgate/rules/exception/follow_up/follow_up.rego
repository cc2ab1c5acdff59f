# METADATA
# title: Override without a follow-up
# description: A build was let through, and nobody else has looked at what was done since. This blocks what comes after, and no override lifts it.
# custom:
#   scope: artifact
#   remedy: have another approver look at what was done, and write /defectgate approve with the id of the override
package defectgate.rules.exception.follow_up

import data.defectgate.approval
import data.defectgate.scale

settings := data.defectgate.settings.exception.follow_up

terms := data.defectgate.settings.exception.terms

report contains {"message": sprintf("override %s by %s for %s was to be looked at by another approver until %s", [
	candidate.id,
	candidate.approver,
	candidate.ticket,
	scale.date(due_ns(candidate)),
])} if {
	some candidate in input.exceptions
	candidate.kind == "override"
	candidate.scope.environment == input.artifact.environment
	input.now_ns >= due_ns(candidate)
	not looked_at(candidate)
}

due_ns(candidate) := candidate.granted_ns + (settings.days * scale.day_ns)

# by one approver more than it took, or by somebody else who ended it
looked_at(candidate) if approval.people(candidate, approval.independent(candidate)) > wanted

wanted := terms.override.approvers if {
	is_number(terms.override.approvers)
} else := terms.approvers

looked_at(candidate) if {
	candidate.revoked.at_ns <= input.now_ns
	ender := {"id": candidate.revoked.by_id, "login": object.get(candidate.revoked, "by", "")}
	not approval.part(object.get(candidate, "barred", []), ender)
	every by in candidate.approvals {
		not approval.same(by, ender)
	}
}

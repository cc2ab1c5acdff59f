# METADATA
# title: Approver who may not approve any more
# description: By the settings of today, somebody who approved this exception could not do so again.
# custom:
#   scope: artifact
#   remedy: have it signed off by somebody who answers for it, or revoke it
package defectgate.rules.exception.approver

import data.defectgate.approval

report contains {"message": sprintf("exception %s was approved by %s, who may not do so any more", [candidate.id, approval.called(by)])} if {
	some candidate in input.exceptions
	approval.stands(candidate)
	some by in candidate.approvals
	not approval.may_something(by)
}

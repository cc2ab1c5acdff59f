# METADATA
# title: Wide exception
# description: The exception holds for more than one defect of one component in one environment.
# custom:
#   scope: artifact
#   remedy: name the defect, and the environment and component that are meant
package defectgate.rules.exception.wide

import data.defectgate.approval

report contains {"message": sprintf("exception %s %s", [candidate.id, how])} if {
	some candidate in input.exceptions
	approval.stands(candidate)
	some how in reach(candidate)
}

reach(candidate) := {how |
	candidate.wide
	how := "holds for every component and environment of the repository"
} | {how |
	not candidate.signed
	not candidate.defect
	not candidate.fingerprint
	how := sprintf("covers whatever is found in %s", [candidate.package])
}

# METADATA
# title: Duplicate exception
# description: Several exceptions cover this defect. One of them can go, and nobody will know which one is meant.
# custom:
#   remedy: keep the one that is meant, and remove or revoke the others
package defectgate.rules.exception.duplicate

import data.defectgate.exception

report contains {"message": sprintf("exceptions %s cover it alike", [concat(", ", sort(covering))])} if {
	some _ in input.exceptions
	covering := {ruling.exception |
		some ruling in exception.rulings
		ruling.kind != "override"
		count(ruling.refusals) == 0
	}
	count(covering) > 1
}

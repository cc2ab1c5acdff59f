# METADATA
# title: Unused exception
# description: The exception is for this artifact and names none of its open defects.
# custom:
#   scope: artifact
#   remedy: remove it
package defectgate.rules.exception.unused

report contains {"message": sprintf("exception %s names no open defect (%s)", [exception.id, exception.origin])} if {
	some exception in input.exceptions
	exception.in_scope
	exception.named == 0
}

# METADATA
# title: What is demanded of exceptions
# description: >-
#   The settings of exception/terms as they are in force for one exception: by what is said of the severity of its defect, or of overrides, else by what
#   is said of all.
package defectgate.terms

settings := data.defectgate.settings.exception.terms

demanded(candidate, key) := value if {
	value := narrower(candidate)[key]
	value != null
} else := settings[key]

narrower(candidate) := settings.override if {
	candidate.kind == "override"
} else := settings.severities[input.defect.severity]

# what is demanded, for whoever writes a command
demands := {
	"Days": demanded(wanted, "days"),
	"Hours": settings.override.hours,
	"Approvers": demanded(wanted, "approvers"),
	"Control": demanded(wanted, "control"),
	"Ticket": demanded(wanted, "ticket"),
	"Reason": demanded(wanted, "reason"),
} if {
	wanted := {"kind": asked_kind}
}

default asked_kind := "override"

asked_kind := "accept" if input.defect

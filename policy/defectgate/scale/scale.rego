# METADATA
# title: The scales
# description: Severities and certainties as numbers, so that they can be compared. Larger is worse, or surer.
package defectgate.scale

severity := {"unknown": 0, "none": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}

certainty := {"low": 1, "medium": 2, "high": 3, "verified": 4}

# 24 hours
day_ns := 86400000000000

hour_ns := 3600000000000

# whole days from one instant to a later one
days_between(from_ns, to_ns) := floor((to_ns - from_ns) / day_ns)

# the same in words
span(from_ns, to_ns) := "1 day" if {
	days_between(from_ns, to_ns) == 1
} else := sprintf("%d days", [days_between(from_ns, to_ns)])

# the date of an instant, in UTC
date(ns) := time.format([ns, "UTC", "2006-01-02"])

# what a defect of a kind is called in a sentence
noun := {
	"code": "weakness in the code",
	"design": "flaw in the design",
	"license": "licence",
	"malware": "malware",
	"misconfiguration": "misconfiguration",
	"secret": "secret",
	"vulnerability": "vulnerability",
}

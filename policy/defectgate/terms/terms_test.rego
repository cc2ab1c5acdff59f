package defectgate.terms_test

import data.defectgate.exception_test
import data.defectgate.terms

test_what_is_said_of_a_severity_wins_over_what_is_said_of_all if {
	terms.demanded(exception_test.sound, "days") == 30 with input as {"defect": {"severity": "critical"}}
	terms.demanded(exception_test.sound, "days") == 180 with input as {"defect": {"severity": "medium"}}
	terms.demanded(exception_test.sound, "days") == 90 with input as {"defect": {"severity": "high"}}
	terms.demanded(exception_test.sound, "days") == 90 with input as {}
	terms.demanded(exception_test.sound, "control") == false with input as {"defect": {"severity": "critical"}}
		with data.defectgate.settings.exception.terms as exception_test.terms({"control": true, "severities": {"critical": {"control": false}}})
}

test_of_an_override_the_severity_says_nothing if {
	terms.demanded(exception_test.override, "approvers") == 1 with input as {"defect": {"severity": "critical"}}
	terms.demanded(exception_test.override, "ticket") == true with input as {"defect": {"severity": "critical"}}
}

test_what_is_demanded_is_told_to_whoever_writes_a_command if {
	terms.demands == {"Days": 30, "Hours": 72, "Approvers": 2, "Control": true, "Ticket": false, "Reason": 10} with input as {"defect": {"severity": "critical"}}
	terms.demands == {"Days": 180, "Hours": 72, "Approvers": 1, "Control": false, "Ticket": false, "Reason": 10} with input as {"defect": {"severity": "medium"}}
}

test_what_is_demanded_of_an_override_is_told if {
	own := exception_test.terms({"control": true, "override": {"approvers": 2, "hours": 4, "reason": 20}})
	terms.demands == {"Days": 90, "Hours": 4, "Approvers": 2, "Control": false, "Ticket": true, "Reason": 20} with input as {}
		with data.defectgate.settings.exception.terms as own
}

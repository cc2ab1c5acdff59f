package defectgate.main_test

import data.defectgate.main

sound := {"id": "E-1", "reason": "r", "approver": "a", "mismatches": [], "granted_ns": 0, "until_ns": 9}

test_when_a_defect_is_due if {
	main.due_ns == 7 with data.defectgate.sla.due_ns as 7
}

test_what_is_said_of_exceptions if {
	main.exceptions == {"covering": "E-1", "rulings": {{"exception": "E-1", "refusals": set()}}} with input as {
		"now_ns": 5,
		"exceptions": [sound],
	}
}

test_without_an_exception_nothing_covers if {
	main.exceptions == {"covering": "", "rulings": set()} with input as {"now_ns": 5, "exceptions": []}
}

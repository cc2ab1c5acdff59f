package defectgate.main_test

import data.defectgate.main

sound := {"id": "E-1", "reason": "r", "approver": "a", "mismatches": [], "granted_ns": 0, "until_ns": 9}

test_a_judgement_says_due_exceptions_and_violations if {
	main.judgement == {
		"covering": "E-1",
		"due_ns": 7,
		"exceptions": {{"exception": "E-1", "refusals": set()}},
		"violations": {{"rule": "a/b", "level": "deny", "said": "bad"}},
	} with data.defectgate.asked.defect as {{"rule": "a/b", "level": "deny", "said": "bad"}}
		with data.defectgate.sla.due_ns as 7
		with input as {"now_ns": 5, "exceptions": [sound], "defect": {"kind": "code"}}
}

test_a_judgement_asks_the_rules_that_are_loaded if {
	{violation.rule | some violation in main.judgement.violations} == {"malware/found"} with input as {
		"now_ns": 5, "exceptions": [],
		"defect": {"kind": "malware", "severity": "none", "fixable": true, "component": {"fixed": []}, "clocks": {"first_seen_ns": 5}},
	}
}

test_a_judgement_of_the_artifact_says_violations if {
	main.artifact_judgement == {"violations": {"x"}} with data.defectgate.asked.artifact as {"x"}
}

package defectgate.main_test

import data.defectgate.main

rule(root, category, name) := {"root": root, "category": category, "name": name, "id": sprintf("%s/%s", [category, name])}

malware := rule("defectgate", "malware", "found")

one(listed) := {"defect": [listed], "artifact": []}

level(word) := {"malware": {"found": {"level": word}}, "exception": {"refused": {"level": word}}}

sound := {"id": "E-1", "reason": "r", "approver": "a", "mismatches": [], "granted_ns": 0, "until_ns": 9}

said(violations) := {violation |
	some full in violations
	violation := object.filter(full, {"level", "message", "remedy", "exception"})
}

test_a_violation_has_rule_level_and_message if {
	main.violations == {{"rule": "malware/found", "level": "deny", "message": "bad"}} with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("deny")
		with data.defectgate.rules.malware.found.report as {{"message": "bad"}}
		with input.exceptions as []
}

test_a_setting_softens if {
	said(main.violations) == {{"level": "warn", "message": "bad"}} with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("warn")
		with data.defectgate.rules.malware.found.report as {{"message": "bad"}, {"message": "bad", "level": "deny"}}
		with input.exceptions as []
}

test_a_rule_softens_itself if {
	said(main.violations) == {{"level": "warn", "message": "bad"}} with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("deny")
		with data.defectgate.rules.malware.found.report as {{"message": "bad", "level": "warn"}}
		with input.exceptions as []
}

test_any_other_level_denies if {
	every word in ["deny", "ignore", "wran", 5, null] {
		said(main.violations) == {{"level": "deny", "message": "bad"}} with data.defectgate.catalogue as one(malware)
			with data.defectgate.settings as level("deny")
			with data.defectgate.rules.malware.found.report as {{"message": "bad", "level": word}}
			with input.exceptions as []
	}
}

test_a_rule_without_a_level_denies if {
	main.level(malware, {}) == "deny" with data.defectgate.settings as {}
}

test_an_ignored_rule_is_not_asked if {
	main.violations == set() with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("ignore")
		with data.defectgate.rules.malware.found.report as {{"message": "bad"}}
		with input.exceptions as []
}

test_a_text_is_a_message if {
	said(main.violations) == {{"level": "deny", "message": "bad"}} with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("deny")
		with data.defectgate.rules.malware.found.report as {"bad"}
		with input.exceptions as []
}

test_msg_is_a_message_too if {
	main.message({"msg": "bad"}) == "bad"
	main.message({"msg": "bad", "message": "worse"}) == "worse"
	main.message({"text": "bad"}) == ""
}

test_a_remedy_is_taken_over_and_nothing_else if {
	main.worded(malware, {"message": "bad", "remedy": "mend", "exception": "E-9", "rule": "x/y"}) == {
		"rule": "malware/found",
		"level": "deny", "message": "bad", "remedy": "mend",
	} with data.defectgate.settings as level("deny")
}

test_what_is_no_violation_is_handed_on if {
	every odd in [5, true, null, ["a"], {"a"}] {
		main.worded(malware, odd) == {"rule": "malware/found", "level": "deny", "message": {"unreadable": odd}}
	}
}

test_rules_of_users_are_asked if {
	{violation.rule | some violation in main.violations} == {"mine/first"} with data.defectgate.catalogue as one(rule("custom", "mine", "first"))
		with data.defectgate.settings as {"mine": {"first": {"level": "deny"}}}
		with data.custom.rules.mine.first.report as {{"message": "bad"}}
		with input.exceptions as []
}

test_rules_of_package_main_are_asked if {
	said(main.artifact_violations) == {{"level": "deny", "message": "bad"}, {"level": "deny", "message": "worse", "remedy": "mend"}} with data.defectgate.catalogue as {
		"defect": [],
		"artifact": [rule("main", "main", "deny")],
	}
		with data.defectgate.settings as {"main": {"deny": {"level": "deny"}}}
		with data.main.deny as {"bad", {"msg": "worse", "remedy": "mend", "details": {}}}
}

test_an_ignored_artifact_rule_is_not_asked if {
	main.artifact_violations == set() with data.defectgate.catalogue as {"defect": [], "artifact": [rule("main", "main", "deny")]}
		with data.defectgate.settings as {"main": {"deny": {"level": "ignore"}}}
		with data.main.deny as {"bad"}
}

test_an_exception_covers if {
	said(main.violations) == {{"level": "deny", "message": "bad", "exception": "E-1"}} with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("deny")
		with data.defectgate.rules.malware.found.report as {{"message": "bad"}}
		with input as {"now_ns": 5, "exceptions": [sound]}
}

test_an_exception_that_does_not_hold_does_not_cover if {
	said(main.violations) == {{"level": "deny", "message": "bad"}} with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("deny")
		with data.defectgate.rules.malware.found.report as {{"message": "bad"}}
		with input as {"now_ns": 9, "exceptions": [sound]}
}

test_faults_of_exceptions_are_not_covered if {
	said(main.violations) == {{"level": "deny", "message": "bad"}} with data.defectgate.catalogue as one(rule("defectgate", "exception", "refused"))
		with data.defectgate.settings as level("deny")
		with data.defectgate.rules.exception.refused.report as {{"message": "bad"}}
		with input as {"now_ns": 5, "exceptions": [sound]}
}

test_a_judgement_says_due_exceptions_and_violations if {
	main.judgement == {
		"due_ns": 7,
		"exceptions": {{"exception": "E-1", "refusals": set()}},
		"violations": set(),
	} with data.defectgate.catalogue as one(malware)
		with data.defectgate.settings as level("deny")
		with data.defectgate.sla.due_ns as 7
		with input as {"now_ns": 5, "exceptions": [sound], "defect": {"kind": "code"}}
}

test_a_judgement_of_the_artifact_says_violations if {
	main.artifact_judgement == {"violations": set()} with data.defectgate.catalogue as {"defect": [], "artifact": []}
}

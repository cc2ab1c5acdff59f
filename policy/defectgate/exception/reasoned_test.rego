package defectgate.exception_test

reasoned(text) := about(candidate({"reason": text}))

short(n) := {sprintf("its reason has %d characters, and 10 are wanted: say why the risk can be taken", [n])}

says_nothing := {"its reason says nothing: say why the risk can be taken"}

test_a_reason_has_its_length if {
	codes(reasoned("not in use")) == set()
	objections(reasoned("not in us")) == {{"code": "E_REASON", "sentence": "its reason has 9 characters, and 10 are wanted: say why the risk can be taken"}}
}

test_the_length_of_a_reason_is_in_characters if {
	codes(reasoned("größe übel")) == set()
	sentences(reasoned("größe übe")) == short(9)
	sentences(reasoned("日本語")) == short(3)
}

test_white_space_around_a_reason_does_not_count if {
	sentences(reasoned("  not in us \t\n")) == short(9)
	sentences(reasoned(" \t\n          ")) == short(0)
}

test_no_reason_is_too_short if {
	sentences(reasoned("")) == short(0)
	sentences(about(object.remove(sound, ["reason"]))) == short(0)
}

test_the_length_of_a_reason_is_a_setting if {
	codes(reasoned("not in use")) == {"E_REASON"} with data.defectgate.settings.exception.terms as terms({"reason": 11})
	codes(reasoned("not in use")) == set() with data.defectgate.settings.exception.terms as terms({"severities": {"low": {"reason": 11}}})
	codes(reasoned("not in use")) == {"E_REASON"} with data.defectgate.settings.exception.terms as terms({"severities": {"high": {"reason": 11}}})
	codes(about(override)) == {"E_REASON"} with data.defectgate.settings.exception.terms as terms({"override": {"reason": 99}})
}

test_filler_is_no_reason if {
	every text in [
		"test test test", "TODO later!!", "temporary.", "ok ok ok okay", "n/a n/a, N/A", "(because) reasons...", `"fixed" - later?`,
		"  none   none  ", "wip; wip: wip", "…temporary…", "'foo' _asdf_ xxx",
	] {
		sentences(reasoned(text)) == says_nothing
	}
}

test_each_filler_word_is_one if {
	every word in terms({}).filler {
		codes(reasoned(concat(" ", [word, upper(word), concat("", [word, "."]), "test"]))) == {"E_REASON"}
	}
}

test_one_word_of_meaning_is_enough if {
	codes(reasoned("temporary unreachable")) == set()
	codes(reasoned("test code only")) == set()
}

test_a_short_filler_is_both if {
	sentences(reasoned("ok")) == short(2) | says_nothing
}

test_marks_alone_are_no_reason if {
	every text in ["..........", "- - - - - - -", "?!?!?!?!?!?!"] {
		codes(reasoned(text)) == {"E_REASON"}
	}
}

test_filler_stays_filler_whatever_stands_around_it if {
	every text in ["later\tlater", "later\nlater", "later\u00a0later", "*later* *later*", "[later] [later]", "`later` `later`", "“later” ‘later’"] {
		codes(reasoned(text)) == {"E_REASON"}
	}
}

test_filler_is_a_setting if {
	codes(reasoned("temporary.")) == set() with data.defectgate.settings.exception.terms as terms({"filler": ["whatever"]})
	codes(reasoned("Whatever whatever")) == {"E_REASON"} with data.defectgate.settings.exception.terms as terms({"filler": ["whatEVER"]})
}

missing_control := {{
	"code": "E_CONTROL",
	"sentence": "it names no compensating control, and one is wanted: say what holds the risk down meanwhile",
}}

test_a_critical_risk_wants_a_control if {
	codes(critical({})) == set()
	objections(critical({"controls": []})) == missing_control
	objections(rated(object.remove(critical({}).exceptions[0], ["controls"]), "critical")) == missing_control
}

test_what_is_no_risk_wants_no_control if {
	codes(critical({"controls": [], "kind": "false-positive"})) == set()
}

test_a_less_severe_risk_wants_no_control if {
	every severity in ["high", "medium", "low", "none", "unknown"] {
		codes(rated(sound, severity)) == set()
	}
}

test_an_override_wants_no_control_whatever_the_severity if {
	codes(asked({"exceptions": [override], "defect": defect({"severity": "critical"})})) == set()
	codes(about(override)) == set() with data.defectgate.settings.exception.terms as terms({"control": true})
	codes(about(override)) == {"E_CONTROL"} with data.defectgate.settings.exception.terms as terms({"override": {"control": true}})
}

test_a_control_can_be_wanted_of_all if {
	codes(asked({})) == {"E_CONTROL"} with data.defectgate.settings.exception.terms as terms({"control": true})
	codes(about(candidate({"controls": ["waf"]}))) == set() with data.defectgate.settings.exception.terms as terms({"control": true})
}

missing_ticket := {{"code": "E_TICKET", "sentence": "it names no ticket, and one is wanted: say where it is followed up"}}

test_an_override_wants_a_ticket if {
	codes(about(override)) == set()
	objections(about(object.union(override, {"ticket": ""}))) == missing_ticket
	objections(about(object.remove(override, ["ticket"]))) == missing_ticket
}

test_a_ticket_can_be_wanted_of_all if {
	objections(asked({})) == missing_ticket with data.defectgate.settings.exception.terms as terms({"ticket": true})
	objections(asked({})) == missing_ticket with data.defectgate.settings.exception.terms as terms({"severities": {"high": {"ticket": true}}})
	codes(about(candidate({"ticket": "SEC-1"}))) == set() with data.defectgate.settings.exception.terms as terms({"ticket": true})
}

package defectgate.rules.exception.unused_test

import data.defectgate.rules.exception.unused

use(extra) := object.union({"id": "E-1", "origin": "exceptions.yaml:3", "in_scope": true, "named": 0}, extra)

test_reports_an_exception_that_names_nothing if {
	unused.report == {{"message": "exception E-1 names no open defect (exceptions.yaml:3)"}} with input.exceptions as [use({})]
}

test_is_silent_about_one_that_names_a_defect if {
	unused.report == set() with input.exceptions as [use({"named": 1})]
}

test_is_silent_about_one_for_another_artifact if {
	unused.report == set() with input.exceptions as [use({"in_scope": false})]
}

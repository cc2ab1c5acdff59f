package defectgate.rules.exception.wide_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.wide

report(extra, now) := list if {
	one := object.union(object.union(fixture.sound, {"in_scope": true, "defect": "CVE-2026-1"}), extra)
	list := wide.report with input as {"now_ns": now, "exceptions": [one]}
}

during := fixture.until - 1

whole_repository := {{"message": "exception E-1 holds for every component and environment of the repository"}}

test_reports_one_for_the_whole_repository if {
	report({"wide": true}, during) == whole_repository
}

test_is_silent_about_a_narrow_one if {
	report({}, during) == set()
	report({"signed": false}, during) == set()
}

test_is_silent_about_one_that_is_over if {
	report({"wide": true}, fixture.until) == set()
}

test_is_silent_about_one_for_another_artifact if {
	report({"wide": true, "in_scope": false}, during) == set()
}

whole(extra) := list if {
	one := object.union({"in_scope": true, "signed": false, "package": "pkg:npm/left-pad"}, extra)
	list := wide.report with input as {"now_ns": during, "exceptions": [object.union(fixture.filed, one)]}
}

test_reports_one_of_a_file_for_a_whole_package if {
	whole({}) == {{"message": "exception E-1 covers whatever is found in pkg:npm/left-pad"}}
	whole({"wide": true}) == whole_repository | whole({})
}

test_is_silent_about_one_of_a_package_that_names_the_defect if {
	whole({"defect": "CVE-2026-1"}) == set()
	whole({"fingerprint": "0001"}) == set()
	whole({"signed": true}) == set()
}

package defectgate.rules.license.denied_test

import data.defectgate.rules.license.denied

settings(licenses) := {"level": "deny", "licenses": licenses}

license(id) := {"kind": "license", "id": id}

test_denies_a_listed_licence_without_regard_to_case if {
	denied.report == {{"message": "licence GPL-3.0-only is denied"}} with input.defect as license("GPL-3.0-only")
		with data.defectgate.settings.license.denied as settings(["MIT", "gpl-3.0-ONLY"])
}

test_a_star_stands_for_the_rest if {
	every id in ["AGPL-3.0", "agpl-", "AGPL-1.0-or-later"] {
		count(denied.report) == 1 with input.defect as license(id) with data.defectgate.settings.license.denied as settings(["AGPL-*"])
	}
}

test_a_star_elsewhere_is_a_letter if {
	denied.report == set() with input.defect as license("AGPL-3.0") with data.defectgate.settings.license.denied as settings(["*GPL-3.0"])
}

test_is_silent_about_other_licences if {
	denied.report == set() with input.defect as license("LGPL-3.0") with data.defectgate.settings.license.denied as settings(["GPL-*", "LGPL"])
}

test_is_silent_about_other_kinds if {
	denied.report == set() with input.defect as {"kind": "vulnerability", "id": "GPL-3.0"}
		with data.defectgate.settings.license.denied as settings(["GPL-3.0"])
}

test_is_off_until_a_licence_is_listed if {
	denied.report == set() with input.defect as license("GPL-3.0") with data.defectgate.settings.license.denied as settings([])
}

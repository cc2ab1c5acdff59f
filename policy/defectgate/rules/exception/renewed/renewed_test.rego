package defectgate.rules.exception.renewed_test

import data.defectgate.exception_test as fixture
import data.defectgate.rules.exception.renewed

report(extra) := list if list := renewed.report with input as fixture.about(fixture.candidate(extra))

test_reports_from_the_second_renewal_on if {
	report({"renewals": 0}) == set()
	report({"renewals": 1}) == set()
	report({"renewals": 2}) == {{"message": "exception E-1 renews others for the 2. time"}}
	report({"renewals": 3, "approvals": [object.union(fixture.ann, {"role": "admin"})]}) == {{"message": "exception E-1 renews others for the 3. time"}}
}

test_from_when_is_a_setting if {
	settings := {"level": "warn", "from": 1}
	report({"renewals": 0}) == set() with data.defectgate.settings.exception.renewed as settings
	report({"renewals": 1}) == {{"message": "exception E-1 renews others for the 1. time"}} with data.defectgate.settings.exception.renewed as settings
}

test_is_silent_about_one_that_does_not_cover if {
	report({"renewals": 2, "reason": ""}) == set()
	renewed.report == set() with input as fixture.asked({"exceptions": [fixture.sound, fixture.candidate({"id": "E-2", "renewals": 2})]})
}

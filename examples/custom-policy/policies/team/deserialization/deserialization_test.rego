package custom.rules.team.deserialization_test

import data.custom.rules.team.deserialization

reported(cwes) := found if found := deserialization.report with input as {"defect": {"cwes": cwes}}

test_reports_the_weakness if count(reported([20, 502])) == 1

test_is_silent_about_others if count(reported([79])) == 0

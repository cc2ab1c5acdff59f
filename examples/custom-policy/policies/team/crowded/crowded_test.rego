package custom.rules.team.crowded_test

import data.custom.rules.team.crowded

defect(name, open) := {"component": {"name": name}, "open": open}

reported(defects) := found if found := crowded.report with input as {"defects": defects}

test_reports_a_crowd if count(reported([defect("left-pad", true), defect("left-pad", true)])) == 1

test_counts_what_is_open if count(reported([defect("left-pad", true), defect("left-pad", false)])) == 0

test_counts_each_component_by_itself if count(reported([defect("left-pad", true), defect("right-pad", true)])) == 0

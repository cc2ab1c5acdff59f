package defectgate.main_test

import data.defectgate.main

test_when_a_defect_is_due if {
	main.due_ns == 7 with data.defectgate.sla.due_ns as 7
}

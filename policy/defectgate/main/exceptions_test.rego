package defectgate.main_test

import data.defectgate.exception_test
import data.defectgate.main

test_what_is_said_of_exceptions if {
	main.exceptions == {"covering": "E-1", "rulings": {{"exception": "E-1", "kind": "accept", "refusals": set()}}} with input as exception_test.asked({})
}

test_without_an_exception_nothing_covers if {
	main.exceptions == {"covering": "", "rulings": set()} with input as {"now_ns": 5, "exceptions": []}
}

package main_test

import data.main

warned(version) := found if found := main.warn with input as {"sources": [{"source": "trivy.json", "tool": "trivy", "version": version}]}

test_warns_of_an_old_scanner if count(warned("0.58.1")) == 1

test_is_silent_about_a_new_one if count(warned("0.61.0")) == 0

# METADATA
# title: Entry points
# description: >-
#   What the program asks of each open defect, beside the rules. These it finds by their path, never by hand, and asks for the report of each
#   by its name. A rule can soften its own violation with a level, never harden it.
package defectgate.main

# when the time to mend input.defect ends; 0 where it has no such time
due_ns := data.defectgate.sla.due_ns

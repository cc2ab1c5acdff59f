# METADATA
# title: Defects that combine
# description: Defects that are each bearable make an attack together.
# custom:
#   scope: artifact
#   needs: chains
#   remedy: mend one link of the chain
package defectgate.rules.chain.combined

settings := data.defectgate.settings.chain.combined

report contains {"message": sprintf("%s: %s meet on %s", [chain.name, concat(" and ", links), place])} if {
	some chain in settings.chains
	links := [sprintf("%v", [link]) | some link in chain.all]
	some place, defects in places[chain.on]
	every link in chain.all {
		some defect in defects
		is_link(link, defect)
	}
}

# the open defects of each place at which a chain can meet
places.artifact["the artifact"] := open

places.component[name] contains defect if {
	some defect in open
	name := component_name(defect)
}

open contains defect if {
	count(settings.chains) > 0
	some defect in input.defects
	defect.open
	not defect.accepted
}

# a component is known by its package, or by the file in which its code stands
component_name(defect) := defect.component.purl if {
	defect.component.purl != ""
} else := defect.component.name if {
	defect.component.name != ""
} else := defect.occurrences[0].path

is_link(link, defect) if defect.kind == link

is_link(link, defect) if link in defect.cwes

is_link(link, defect) if {
	is_string(link)
	some cwe in defect.cwes
	upper(link) == sprintf("CWE-%d", [cwe])
}

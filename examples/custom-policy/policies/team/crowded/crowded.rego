# METADATA
# title: Crowded component
# description: A component with several open defects is worth an upgrade, even where no single one is urgent.
# custom:
#   scope: artifact
#   remedy: upgrade the component
#   settings:
#     level: warn
#     at_most: 1
package custom.rules.team.crowded

settings := data.defectgate.settings.team.crowded

report contains {"message": sprintf("%s has %d open defects, at most %d are wanted", [name, open, settings.at_most])} if {
	some name in {d.component.name | some d in input.defects}
	open := count([d | some d in input.defects; d.component.name == name; d.open])
	open > settings.at_most
}

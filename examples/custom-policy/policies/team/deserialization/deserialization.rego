# METADATA
# title: Unsafe deserialisation
# description: The service reads what strangers send, so a weakness in deserialisation must not ship, however it is rated.
# custom:
#   remedy: upgrade the library, or turn the feature off and ask for an exception
#   settings:
#     level: deny
#     cwes: [502]
package custom.rules.team.deserialization

settings := data.defectgate.settings.team.deserialization

report contains {"message": sprintf("it reads what strangers send (CWE-%d)", [cwe])} if {
	some cwe in input.defect.cwes
	cwe in settings.cwes
}

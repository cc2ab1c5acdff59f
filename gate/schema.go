package gate

import _ "embed"

//go:embed decision.schema.json
var decisionSchemaJSON string

//go:embed sign_off.schema.json
var signOffSchemaJSON string

// DecisionSchemaJSON gives the JSON Schema of [Decision], as the predicate of a record is written.
func DecisionSchemaJSON() []byte { return []byte(decisionSchemaJSON) }

// SignOffSchemaJSON gives the JSON Schema of [SignOff], as the predicate of a record is written.
func SignOffSchemaJSON() []byte { return []byte(signOffSchemaJSON) }

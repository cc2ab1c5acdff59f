package gate

import _ "embed"

//go:embed decision.schema.json
var decisionSchemaJSON string

// DecisionSchemaJSON gives the JSON Schema of [Decision], as the predicate of a record is written.
func DecisionSchemaJSON() []byte { return []byte(decisionSchemaJSON) }

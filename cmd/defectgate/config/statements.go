package config

import (
	"github.com/defectgate/defectgate/integrations/scanner"
	"github.com/defectgate/defectgate/integrations/statement"
)

// StatementFormats is the table of VEX formats: those of their own, and those that come with the reports of a scanner format.
func StatementFormats() []statement.Format {
	return append(statement.Formats(), scanner.StatementFormats()...)
}

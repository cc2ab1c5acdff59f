package output_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/output"
)

func TestReadmeIsCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| name | what it is |\n|---|---|\n")
	for _, f := range output.Formats() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Name, f.Title)
	}
	golden.Sections(t, "../README.md", map[string]string{"outputs": b.String()})
}

package defectdojo

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// parseJSON reads the document twice: what it says of the tool may stand behind the findings.
func parseJSON(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{format: jsonName, emit: emit}
	var head head
	err := report.Members(d, head.member)
	p.scan.Tool = head.tool()
	switch {
	case err != nil:
		return p.scan, err
	case !head.findings:
		return p.scan, fmt.Errorf("%w: the document has no `findings`", report.ErrShape)
	}
	err = report.JSON(d, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error {
			if name != "findings" {
				return report.Skip(dec)
			}
			return report.Each(dec, p.take)
		})
	})
	p.scan.Warnings = p.dates.Warnings()
	return p.scan, err
}

// head is what a document says of the tool.
type head struct {
	kind     string
	version  report.Word
	findings bool // the member was there, empty or not
}

func (h *head) member(dec *report.Decoder, name string) error {
	switch name {
	case "type":
		return report.Value(dec, &h.kind)
	case "version":
		return report.Value(dec, &h.version)
	case "findings":
		h.findings = true
	}
	return report.Skip(dec)
}

// tool is the type without what DefectDojo adds to it. "name" names the one report, not the tool.
func (h *head) tool() gate.Tool {
	name := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(h.kind), "(Generic Findings Import)"))
	if name == "Generic Findings Import" {
		name = ""
	}
	return gate.Tool{Name: cmp.Or(name, toolName), Version: text(h.version)}
}

package phrase

import (
	"fmt"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// Recorded says where the decision stands, and what proves it.
func Recorded(r *gate.Report) string {
	signed := "not signed"
	if r.Decision.Signer != "" {
		signed = "signed by key " + Short(r.Decision.Signer)
	}
	switch {
	case r.Receipt != nil:
		return fmt.Sprintf("entry %d of the ledger, %s", r.Receipt.Index, signed)
	case r.Decision.History.Record == "file":
		return "recorded in its bundle alone, " + signed
	}
	return "not recorded"
}

// Since names the decision that this one is compared with.
func Since(c *gate.Changes) string {
	return fmt.Sprintf("Since decision %s of %s (%s)", Short(c.Since), c.At.Format(time.DateOnly), c.Verdict)
}

// Changed says what is different since then. At most so many defects are named of each sort; 0 is all of them.
func Changed(c *gate.Changes, most int) (list []string) {
	for _, kind := range []struct {
		what string
		ids  []string
	}{{"new", c.Opened}, {"back again", c.Reopened}, {"gone", c.Fixed}} {
		if len(kind.ids) > 0 {
			list = append(list, fmt.Sprintf("%d %s: %s", len(kind.ids), kind.what, some(kind.ids, most)))
		}
	}
	return list
}

// some names the first of many.
func some(ids []string, most int) string {
	if len(ids) <= most || most == 0 {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}

// Compared says how many defects the baseline has; "" where nothing was compared.
func Compared(b *gate.Baseline) string {
	if b == nil || b.Unproven != "" {
		return ""
	}
	return fmt.Sprintf("%d new, %d there before", b.New, b.Preexisting)
}

// NoSignOff says what is missing for anybody to sign off what is denied; "" where nothing is.
func NoSignOff(r *gate.Report) string {
	if r.NoWays == "" {
		return ""
	}
	return "Signing off what is denied needs " + r.NoWays
}

// SignOff says what to do with the lines that sign off what is denied.
func SignOff(ways []gate.Way) string {
	if len(ways) > 0 && ways[0].Comment {
		return "To sign off what is denied, an approver writes a comment at the change, one for each, with the reason"
	}
	return "To sign off what is denied, an approver runs"
}

// Indent parts a line that is there to be pasted from its indentation, which means something.
func Indent(line string) (blanks, text string) {
	text = strings.TrimLeft(line, " ")
	return line[:len(line)-len(text)], text
}

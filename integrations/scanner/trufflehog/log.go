package trufflehog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// entry is a line of the log.
type entry struct {
	Level      string        `json:"level"` // "error", or "info-" and how chatty it is
	Time       report.Time   `json:"ts"`
	Message    *string       `json:"msg"`
	Error      any           `json:"error"`
	Errors     []any         `json:"errors"`
	Chunks     report.Number `json:"chunks"`
	Verified   report.Number `json:"verified_secrets"`
	Unverified report.Number `json:"unverified_secrets"`
	Version    string        `json:"trufflehog_version"`
}

// finished is the message of the last line.
const finished = "finished scanning"

func (p *parser) log(e *entry) {
	if !p.logged {
		p.logged, p.scan.Started = true, e.Time.Time
	}
	switch {
	case !strings.HasPrefix(e.Level, "info"):
		p.scan.Failed = cmp.Or(p.scan.Failed, e.failure())
	case *e.Message == finished:
		p.finish(e)
	}
}

// failure says what an error is about, or a line of a level that is not known. Its reasons are plain texts in all but a few versions.
func (e *entry) failure() string {
	parts := []string{*e.Message}
	for _, reason := range append([]any{e.Error}, e.Errors...) {
		if text, ok := reason.(string); ok {
			parts = append(parts, text)
		}
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return strings.TrimSpace(part) == "" })
	for i, part := range parts {
		parts[i] = report.FirstLine(part)
	}
	return cmp.Or(strings.Join(parts, ": "), "an error without a message")
}

// finish is the end of the scan. What its counts mean shows at the end of the report: the lines of secrets come another way, and may stand behind.
func (p *parser) finish(e *entry) {
	p.ended, p.scan.Ended, p.scan.Tool.Version = true, e.Time.Time, e.Version
	p.chunks, p.found = e.Chunks, counted(e.Verified)+counted(e.Unverified)
}

// counted is a number of secrets; one that cannot be read is not none.
func counted(n report.Number) int {
	if n.Float == nil || *n.Float == 0 {
		return 0
	}
	return max(n.Int(), 1)
}

// weigh says what the counts of the log prove. Secrets that it counts and the report does not have were written elsewhere, or lost.
func (p *parser) weigh() {
	switch chunks := p.chunks.Int(); {
	case p.found > p.scan.Read:
		p.scan.Unproven = fmt.Sprintf("its log counts %d secrets and it lists %d", p.found, p.scan.Read)
	case chunks > 0 && p.found == 0:
		p.scan.Proof = fmt.Sprintf("chunks scanned: %d", chunks)
	case chunks <= 0 && p.chunks.Float != nil:
		p.scan.Unproven = fmt.Sprintf("its log counts %v chunks", *p.chunks.Float)
	}
}

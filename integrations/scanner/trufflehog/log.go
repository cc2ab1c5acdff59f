package trufflehog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// entry is a line of the log.
type entry struct {
	Level      string         `json:"level"` // "error", or "info-" and how chatty it is
	Time       report.Time    `json:"ts"`
	Message    *string        `json:"msg"`
	Error      any            `json:"error"`
	Errors     []any          `json:"errors"`
	Chunks     jsontext.Value `json:"chunks"` // these three are counts in the last line, and may be something else before
	Verified   jsontext.Value `json:"verified_secrets"`
	Unverified jsontext.Value `json:"unverified_secrets"`
	Version    string         `json:"trufflehog_version"`
}

// finished is the message of the last line.
const finished = "finished scanning"

func (p *parser) log(e *entry) error {
	if !p.logged {
		p.logged, p.scan.Started = true, e.Time.Time
	}
	switch {
	case !strings.HasPrefix(e.Level, "info"):
		p.scan.Failed = cmp.Or(p.scan.Failed, e.failure())
	case *e.Message == finished:
		return p.finish(e)
	}
	return nil
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
func (p *parser) finish(e *entry) error {
	p.ended, p.scan.Ended, p.scan.Tool.Version = true, e.Time.Time, e.Version
	var verified, unverified report.Count
	for _, member := range []struct {
		name  string
		value jsontext.Value
		into  *report.Count
	}{
		{"chunks", e.Chunks, &p.chunks},
		{"verified_secrets", e.Verified, &verified},
		{"unverified_secrets", e.Unverified, &unverified},
	} {
		if len(member.value) == 0 {
			continue
		}
		if err := report.Unmarshal(member.value, member.into); err != nil {
			return fmt.Errorf("%w in `%s` of the log", err, member.name)
		}
	}
	p.found = report.Count{N: verified.N + unverified.N, Known: verified.Known && unverified.Known}
	return nil
}

// weigh says what the counts of the log prove. Secrets that it counts and the report does not have were written elsewhere, or lost.
func (p *parser) weigh() {
	switch {
	case p.found.N > p.scan.Read:
		p.scan.Unproven = fmt.Sprintf("its log counts %d secrets and it lists %d", p.found.N, p.scan.Read)
	case p.chunks.Known && p.chunks.N == 0:
		p.scan.Unproven = "its log counts 0 chunks"
	case p.chunks.N > 0 && p.found.Known && p.found.N == 0:
		p.scan.Proof = fmt.Sprintf("chunks scanned: %d", p.chunks.N)
	}
}

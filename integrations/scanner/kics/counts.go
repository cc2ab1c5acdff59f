package kics

import (
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// counts are the numbers that a report gives of its scan. Which there are depends on the version.
type counts struct {
	scanned, parsed, failed report.Count // files
	queries, unexecuted     report.Count
	unlike                  report.Count // results for which no similarity id could be computed
	ignored                 report.Count // lines that comments silence
	total                   report.Count // entries
}

func (c *counts) member(dec *report.Decoder, name string) error {
	switch name {
	case "files_scanned":
		return report.Value(dec, &c.scanned)
	case "files_parsed":
		return report.Value(dec, &c.parsed)
	case "files_failed_to_scan":
		return report.Value(dec, &c.failed)
	case "queries_total":
		return report.Value(dec, &c.queries)
	case "queries_failed_to_execute":
		return report.Value(dec, &c.unexecuted)
	case "queries_failed_to_compute_similarity_id":
		return report.Value(dec, &c.unlike)
	case "lines_ignored":
		return report.Value(dec, &c.ignored)
	case "total_counter", "totalCounter": // the latter in the first versions
		return report.Value(dec, &c.total)
	}
	return report.Skip(dec)
}

// settle says what the numbers mean for the scan.
func (c *counts) settle(s *gate.Scan) {
	s.Failed = c.problem(s.Read)
	s.Proof, s.Unproven = c.proof(s.Read)
	if n := c.unlike.N; n > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("results for which no similarity id could be computed: %d", n))
	}
	if n := c.ignored.N; n > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("lines that comments silence, of which the report says no more: %d", n))
	}
}

// proof says what was looked at, or why the report shows that nothing was. A report may have none of the counts.
func (c *counts) proof(read int) (proof, unproven string) {
	files := c.parsed
	if !files.Known {
		files = c.scanned
	}
	switch {
	case c.total.N > read:
		return "", fmt.Sprintf("it counts %d results and lists %d", c.total.N, read)
	case files.Known && files.N == 0:
		return "", fmt.Sprintf("it counts %d files", files.N)
	case c.queries.Known && c.queries.N == 0:
		return "", fmt.Sprintf("it counts %d queries", c.queries.N)
	case !files.Known || !c.failed.Known || !c.queries.Known || !c.total.Known:
		return "", ""
	}
	return fmt.Sprintf("%d queries on %d files", c.queries.N, files.N), ""
}

// problem is the first of the things that went wrong.
func (c *counts) problem(read int) string {
	unparsed := 0
	if c.parsed.Known {
		unparsed = c.scanned.N - c.parsed.N
	}
	for _, number := range []struct {
		what string
		n    int
	}{
		{"files that could not be scanned", c.failed.N},
		{"files that could not be parsed", unparsed},
		{"queries that could not be executed", c.unexecuted.N},
		{"results that are counted and not in the report", c.total.N - read},
	} {
		if number.n > 0 {
			return fmt.Sprintf("%s: %d", number.what, number.n)
		}
	}
	return ""
}

func when(dec *report.Decoder, at *time.Time) error {
	var t report.Time
	err := report.Value(dec, &t)
	*at = t.Time
	return err
}

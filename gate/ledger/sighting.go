package ledger

import (
	"maps"
	"slices"

	"github.com/defectgate/defectgate/gate"
)

// sighting is what a decision says of a defect; the zero value: it does not have it.
type sighting struct {
	severity, state, level string
	due                    int64
}

func sightingOf(j *gate.Judged) sighting {
	return sighting{j.Severity.String(), j.State.String(), string(j.Level()), nanoseconds(j.Due)}
}

// sighted is 1 where a decision has the defect: SQLite knows no truth values.
func (s sighting) sighted() int {
	if s == (sighting{}) {
		return 0
	}
	return 1
}

// sightings notes what this decision says otherwise than the one before.
func (h *history) sightings() (rows []any) {
	for _, id := range slices.Sorted(maps.Keys(h.byID)) {
		d := h.byID[id]
		if d.says == d.said {
			continue
		}
		rows = append(rows, id, h.index, d.says.severity, d.says.state, d.says.level, d.says.due)
		d.changed = true
	}
	return rows
}

// saveSighted notes on what did not change otherwise that it was seen, with one statement for each set of scans that saw it.
func (h *history) saveSighted() error {
	const seen = `UPDATE defect SET last_idx = $1, last_seen_ns = CASE WHEN last_seen_ns < $2 THEN $2 ELSE last_seen_ns END,
		last_scan_ns = CASE WHEN last_scan_ns < $3 THEN $3 ELSE last_scan_ns END WHERE branch = $4 AND sighted = 1 AND scopes = $5`
	scans := map[string]int64{}
	for _, d := range h.byID {
		if d.says.sighted() == 1 {
			scans[d.scopes] = h.scans.latestOf(d.scopes)
		}
	}
	for scopes, latest := range scans {
		if err := h.exec(seen, h.index, h.now, latest, h.branch, scopes); err != nil {
			return err
		}
	}
	return nil
}

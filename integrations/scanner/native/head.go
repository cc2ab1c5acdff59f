package native

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/defectgate/defectgate/gate"
)

// head is what a report says of its own making, as it is written.
type head struct {
	Version  int          `json:"defectgate"`
	Tool     gate.Tool    `json:"tool"`
	Database database     `json:"database"`
	Started  string       `json:"started"`
	Ended    string       `json:"ended"`
	Subject  gate.Subject `json:"subject"`
	Scanned  int          `json:"scanned"`
}

type database struct {
	Version string `json:"version"`
	Built   string `json:"built"`
}

// checkVersion refuses what a later version of the product may write: it may mean something that is not known here.
func (h *head) checkVersion() error {
	switch h.Version {
	case version:
		return nil
	case 0:
		return wrong("defectgate", fmt.Sprintf("name the version of the format: %d", version), errMissing)
	}
	return wrong("defectgate", fmt.Sprintf("write version %d, or use a newer program", version), fmt.Errorf("version %d is not known", h.Version))
}

// checkTool makes sure that findings can name who found them.
func (h *head) checkTool() error {
	if h.Tool.Name != "" {
		return nil
	}
	return wrong("tool.name", `say who or what found the defects: a program, "penetration test by ACME"`, errMissing)
}

var (
	digestPattern = regexp.MustCompile(`^[a-z0-9]+:[0-9a-f]{32,128}$`)
	commitPattern = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
)

// fill turns the head into what is known of the scan, or says what is wrong with it first. A digest or commit that is not a whole one
// can be compared with nothing.
func (h *head) fill(s *gate.Scan) error {
	var c checker
	for _, digest := range h.Subject.Digests {
		if !digestPattern.MatchString(digest) {
			c.refuse("subject.digests", "write it as sha256: and 64 hexadecimal digits in lower case", "%q is no digest", digest)
		}
	}
	if h.Subject.Commit != "" && !commitPattern.MatchString(h.Subject.Commit) {
		c.refuse("subject.commit", "write all its 40 or 64 hexadecimal digits, in lower case", "%q is no id of a commit", h.Subject.Commit)
	}
	if h.Scanned < 0 {
		c.refuse("scanned", "write how many things were looked at", "%d is no count", h.Scanned)
	}
	s.Tool, s.Subject, s.Proof = h.Tool, h.Subject, proofOf(h.Scanned)
	s.Started, s.Ended = c.time("started", h.Started), c.time("ended", h.Ended)
	s.Database = gate.Database{Version: h.Database.Version, Built: c.time("database.built", h.Database.Built)}
	return cmp.Or(h.checkVersion(), h.checkTool(), c.err)
}

func proofOf(scanned int) string {
	switch {
	case scanned <= 0:
		return ""
	case scanned == 1:
		return "1 thing looked at"
	}
	return fmt.Sprintf("%d things looked at", scanned)
}

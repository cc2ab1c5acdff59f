package tree

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Growth shows that the log of one checkpoint holds all of an older one, unchanged (RFC 6962, section 2.1.2).
type Growth struct {
	Older, Newer int64 // entries
	Hashes       tlog.TreeProof
}

const growthHeader = "defectgate.dev/tlog-growth@v1\n"

// Marshal gives the text: a header, the two sizes, and the hashes in base64, a line each.
func (g Growth) Marshal() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%solder %d\nnewer %d\n", growthHeader, g.Older, g.Newer)
	for _, h := range g.Hashes {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return []byte(b.String())
}

// ParseGrowth reads what [Growth.Marshal] wrote.
func ParseGrowth(text []byte) (g Growth, err error) {
	rest, ok := strings.CutPrefix(string(text), growthHeader)
	if !ok {
		return g, fmt.Errorf("this is no proof of growth: its first line is not %q", strings.TrimSpace(growthHeader))
	}
	body, ok := strings.CutSuffix(rest, "\n")
	lines := strings.Split(body, "\n")
	if !ok || len(lines) < 2 {
		return g, errors.New("the proof of growth is cut off")
	}
	older, hasOlder := strings.CutPrefix(lines[0], "older ")
	newer, hasNewer := strings.CutPrefix(lines[1], "newer ")
	if !hasOlder || !hasNewer {
		return g, errors.New("the proof of growth does not name its sizes")
	}
	var ofOlder, ofNewer error
	g.Older, ofOlder = count(older)
	g.Newer, ofNewer = count(newer)
	if err := errors.Join(ofOlder, ofNewer); err != nil {
		return g, err
	}
	for i, line := range lines[2:] {
		h, err := parseHash(line)
		if err != nil {
			return g, fmt.Errorf("hash %d of the proof of growth: %w", i+1, err)
		}
		g.Hashes = append(g.Hashes, h)
	}
	return g, nil
}

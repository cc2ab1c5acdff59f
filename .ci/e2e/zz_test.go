package e2e

import (
	"fmt"
	"testing"
	"strings"
)

func TestZZ(t *testing.T) {
	s := newSite(t)
	s.server.Do(func() { s.repo.Private, s.repo.Visibility = false, "public" })
	r := s.act(s.pushed(nothing))
	fmt.Println(r.verdict("main/gate"), s.repo.Log("defectgate"))
	for l := range strings.Lines(r.log) { if strings.Contains(l, "main/gate/") { fmt.Print(l) } }
	r = s.act(s.written(s.comment("alice", "/defectgate status")))
	for l := range strings.Lines(r.log) { if strings.Contains(l, "signoff/") { fmt.Print(l) } }
}

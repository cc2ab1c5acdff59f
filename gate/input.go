package gate

import (
	"bytes"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

// Input is everything that a policy may know: with the policy's own bytes, all that an evaluation is made of.
type Input struct {
	Now        time.Time
	Artifact   Artifact
	Defects    []*Defect
	Candidates [][]Candidate // of each defect
	Exceptions []ExceptionUse
	Sources    []Evidence
	Problems   []string // why there can be no judgement
}

// ExceptionUse is an exception with what became of it in this run.
type ExceptionUse struct {
	*Exception
	InScope bool `json:"in_scope"` // the artifact lies within its scope
	Named   int  `json:"named"`    // open defects that it names
	Covered int  `json:"covered"`  // open defects that it covers
}

// document is an [Input] as it is recorded. A candidate stands for its exception by its place in the list.
type document struct {
	Now        time.Time      `json:"now"`
	Artifact   Artifact       `json:"artifact"`
	Defects    []*Defect      `json:"defects"`
	Candidates [][]candidate  `json:"candidates"`
	Exceptions []ExceptionUse `json:"exceptions"`
	Sources    []Evidence     `json:"sources"`
	Problems   []string       `json:"problems"`
}

type candidate struct {
	Exception  int        `json:"exception"`
	Mismatches []Mismatch `json:"mismatches"`
}

// Marshal gives the bytes of the input document. Equal inputs are equal bytes.
func (in *Input) Marshal() ([]byte, error) {
	d := document{in.Now, in.Artifact, in.Defects, make([][]candidate, len(in.Candidates)), in.Exceptions, in.Sources, in.Problems}
	place := make(map[*Exception]int, len(in.Exceptions))
	for i, use := range in.Exceptions {
		place[use.Exception] = i
	}
	for i, list := range in.Candidates {
		for _, c := range list {
			d.Candidates[i] = append(d.Candidates[i], candidate{place[c.Exception], c.Mismatches})
		}
	}
	return json.Marshal(&d, Deterministic)
}

// ReadInput reads what [Input.Marshal] wrote.
func ReadInput(text []byte) (*Input, error) {
	var d document
	if err := json.UnmarshalRead(bytes.NewReader(text), &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("read the input document: %w", err)
	}
	if len(d.Candidates) != len(d.Defects) {
		return nil, fmt.Errorf("read the input document: it has candidates for %d of %d defects", len(d.Candidates), len(d.Defects))
	}
	in := &Input{d.Now, d.Artifact, d.Defects, make([][]Candidate, len(d.Candidates)), d.Exceptions, d.Sources, d.Problems}
	for i, list := range d.Candidates {
		for _, c := range list {
			if c.Exception < 0 || c.Exception >= len(d.Exceptions) {
				return nil, fmt.Errorf("read the input document: defect %d names exception %d of %d", i, c.Exception, len(d.Exceptions))
			}
			e := d.Exceptions[c.Exception].Exception
			in.Candidates[i] = append(in.Candidates[i], Candidate{e, c.Mismatches, e.bindingOf(d.Defects[i])})
		}
	}
	return in, nil
}

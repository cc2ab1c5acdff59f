package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// line is one that act writes.
type line struct {
	Message string   `json:"msg"`
	Job     string   `json:"jobID"`
	Step    []string `json:"stepID"` // with those of the actions within it
	Result  string   `json:"stepResult"`
	Command string   `json:"command"`
	Name    string   `json:"name"`
	Arg     string   `json:"arg"`
	Content string   `json:"content"`
}

// read takes what act wrote.
func (r *result) read(out []byte) {
	var log strings.Builder
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var l line
		if json.Unmarshal(lines.Bytes(), &l, jsontext.AllowDuplicateNames(true)) != nil {
			l.Message = lines.Text()
		}
		fmt.Fprintf(&log, "%s | %s\n", strings.Join(append([]string{l.Job}, l.Step...), "/"), colours.ReplaceAllString(strings.TrimRight(l.Message, "\n"), ""))
		if len(l.Step) == 1 {
			r.step(l)
		}
	}
	r.log = log.String()
}

var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// step takes what a line says of a step of a job.
func (r *result) step(l line) {
	id := l.Job + "/" + l.Step[0]
	switch {
	case l.Command == "set-output":
		if r.outputs[id] == nil {
			r.outputs[id] = map[string]string{}
		}
		r.outputs[id][l.Name] = l.Arg
	case l.Command == "summary":
		r.summary += l.Content
	case l.Result == "failure" && !slices.Contains(r.failed, id):
		r.failed = append(r.failed, id)
	}
}

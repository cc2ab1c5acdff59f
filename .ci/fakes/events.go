package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
)

// events are the examples that are kept: the first one of its name for which is holds. GitHub publishes none of a schedule.
var events = map[string]func(example object) bool{
	"issue_comment.created":    action("created"),
	"issue_comment.edited":     action("edited"),
	"pull_request.opened":      action("opened"),
	"pull_request.synchronize": action("synchronize"),
	"merge_group":              action("checks_requested"),
	"push":                     ref("refs/heads/"),
	"push.tag":                 ref("refs/tags/"),
	"workflow_run.completed": func(example object) bool {
		run, _ := example["workflow_run"].(object)
		of, _ := run["pull_requests"].([]any)
		return action("completed")(example) && len(of) > 0
	},
}

func action(is string) func(object) bool {
	return func(example object) bool { return example["action"] == is }
}

func ref(prefix string) func(object) bool {
	return func(example object) bool { return strings.HasPrefix(fmt.Sprint(example["ref"]), prefix) }
}

// cutEvents keeps one example for each event that the gate runs for.
func cutEvents(files map[string][]byte) ([]byte, error) {
	var all []struct {
		Name     string   `json:"name"`
		Examples []object `json:"examples"`
	}
	if err := json.Unmarshal(files["api.github.com/index.json"], &all); err != nil {
		return nil, err
	}
	kept := object{}
	for name, is := range events {
		event, _, _ := strings.Cut(name, ".")
		for _, e := range all {
			for _, example := range e.Examples {
				if e.Name == event && kept[name] == nil && is(example) {
					kept[name] = example
				}
			}
		}
		if kept[name] == nil {
			return nil, fmt.Errorf("it has no example of %s", name)
		}
	}
	var b bytes.Buffer
	err := linesOf(&b, kept)
	b.WriteString("\n")
	return b.Bytes(), err
}

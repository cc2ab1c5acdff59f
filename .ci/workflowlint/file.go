package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// file is a workflow or the metadata of an action.
type file struct{ root *yaml.Node }

// member is one entry of a mapping.
type member struct{ key, value *yaml.Node }

// members gives the entries of a mapping; of anything else, none.
func members(n *yaml.Node) (list []member) {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		list = append(list, member{n.Content[i], n.Content[i+1]})
	}
	return list
}

// child gives the value of a key; nil where there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	for _, m := range members(n) {
		if m.key.Value == key {
			return m.value
		}
	}
	return nil
}

// text gives the scalar of a key; "" where there is none.
func text(n *yaml.Node, key string) string {
	if value := child(n, key); value != nil {
		return value.Value
	}
	return ""
}

func (f file) jobs() []member { return members(child(f.root, "jobs")) }

// steps calls visit with every step, and with the job that it is of; an action has no job.
func (f file) steps(visit func(job, step *yaml.Node)) {
	inside := func(job, of *yaml.Node) {
		if list := child(of, "steps"); list != nil {
			for _, step := range list.Content {
				visit(job, step)
			}
		}
	}
	for _, job := range f.jobs() {
		inside(job.value, job.value)
	}
	inside(nil, child(f.root, "runs"))
}

// events are what starts the workflow, with the settings of each where there are some.
func (f file) events() map[string]*yaml.Node {
	on, events := child(f.root, "on"), map[string]*yaml.Node{}
	switch {
	case on == nil:
	case on.Kind == yaml.ScalarNode:
		events[on.Value] = nil
	case on.Kind == yaml.SequenceNode:
		for _, event := range on.Content {
			events[event.Value] = nil
		}
	default:
		for _, m := range members(on) {
			events[m.key.Value] = m.value
		}
	}
	return events
}

// privileged reports whether strangers start the workflow and it has the rights of the repository.
func (f file) privileged() bool {
	events := f.events()
	return slices.ContainsFunc([]string{"issue_comment", "pull_request_target", "workflow_run"}, func(name string) bool {
		_, ok := events[name]
		return ok
	})
}

// scalars calls visit with every text below a node, whatever it is the value of.
func scalars(n *yaml.Node, visit func(*yaml.Node)) {
	if n == nil {
		return
	}
	if n.Kind == yaml.ScalarNode {
		visit(n)
	}
	for _, c := range n.Content {
		scalars(c, visit)
	}
}

// is reports whether a step uses one of the actions, whatever the version.
func is(step *yaml.Node, names ...string) bool {
	name, _, _ := strings.Cut(text(step, "uses"), "@")
	return slices.ContainsFunc(names, func(n string) bool { return name == n || strings.HasPrefix(name, n+"/") })
}

// gates reports whether a step runs the check of this project as its users do. By ./ it is tried.
func gates(step *yaml.Node) bool {
	command := text(child(step, "with"), "command")
	return is(step, ours) && (command == "" || command == "check")
}

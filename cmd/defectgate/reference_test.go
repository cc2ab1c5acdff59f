package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate/golden"
)

// README.md is the reference: its tables are those of the commands and of the schema of the configuration.
func TestReferenceIsCurrent(t *testing.T) {
	golden.Sections(t, "README.md", map[string]string{"commands": commandReference(newRoot(world{})), "configuration": configReference(t)})
}

// commandReference describes every command that can be run.
func commandReference(root *cobra.Command) string {
	var b strings.Builder
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Name() == "help" || cmd.Name() == "completion" {
			return
		}
		if !cmd.HasSubCommands() {
			describe(&b, cmd)
		}
		for _, below := range cmd.Commands() {
			walk(below)
		}
	}
	walk(root)
	return b.String()
}

func describe(b *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(b, "### %s\n\n%s.\n\n", cmd.CommandPath(), strings.TrimSuffix(cmp.Or(cmd.Long, cmd.Short), "."))
	fmt.Fprintf(b, "```\n%s\n```\n\n", cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(b, "```sh\n%s\n```\n\n", unindented(cmd.Example))
	}
	if flags := flagReference(cmd.LocalFlags()); flags != "" {
		fmt.Fprintf(b, "| flag | meaning | default |\n|---|---|---|\n%s\n", flags)
	}
}

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}

func flagReference(flags *pflag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		value, usage := pflag.UnquoteUsage(f)
		usage, standard := splitDefault(usage)
		if standard == "" && f.DefValue != "[]" && f.DefValue != "false" && f.DefValue != "" {
			standard = "`" + f.DefValue + "`"
		}
		if value = strings.TrimSuffix(value, "Array"); f.Value.Type() == "bool" {
			value = ""
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", strings.TrimSpace(name+" "+value), cell(usage), cell(standard))
	})
	return b.String()
}

// splitDefault takes the default out of a usage text, where it is said in words.
func splitDefault(usage string) (meaning, standard string) {
	meaning, standard, ok := strings.Cut(usage, " (default ")
	if !ok {
		return usage, ""
	}
	return meaning, strings.TrimSuffix(standard, ")")
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// configReference describes every key of defectgate.yaml but the settings of rules, which `defectgate policy list` and `policy show` describe.
func configReference(t *testing.T) string {
	text, err := config.Schema()
	require.NoError(t, err)
	var schema configKey
	require.NoError(t, json.Unmarshal(text, &schema))
	var b strings.Builder
	b.WriteString("| key | value | meaning | default |\n|---|---|---|---|\n")
	schema.walk(&b, "", &schema)
	return b.String()
}

// configKey is what the schema says of one key.
type configKey struct {
	Type        any                   `json:"type"`
	Ref         string                `json:"$ref"`
	Enum        []any                 `json:"enum"`
	Description string                `json:"description"`
	Properties  map[string]*configKey `json:"properties"`
	Items       *configKey            `json:"items"`
	Definitions map[string]*configKey `json:"$defs"`
	Required    []string              `json:"required"`
}

// order is that of the configuration: what a build must bring, how it is judged, what comes out.
var order = []string{"project", "component", "environments", "sources", "statements", "signals", "feeds", "policies", "rules", "severity",
	"exceptions", "outputs", "limits"}

func (k *configKey) walk(b *strings.Builder, path string, root *configKey) {
	var names []string
	for name := range k.Properties {
		names = append(names, name)
	}
	place := func(name string) int {
		if path == "" && slices.Contains(order, name) {
			return slices.Index(order, name)
		}
		return len(order)
	}
	slices.SortFunc(names, func(x, y string) int {
		required := func(name string) int { return map[bool]int{true: 0, false: 1}[slices.Contains(k.Required, name)] }
		return cmp.Or(cmp.Compare(place(x), place(y)), cmp.Compare(required(x), required(y)), strings.Compare(x, y))
	})
	for _, name := range names {
		below := k.Properties[name]
		at := strings.TrimPrefix(path+"."+name, ".")
		meaning, standard := splitSentence(below.Description)
		if slices.Contains(k.Required, name) {
			standard = "required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", at, cell(below.value(root)), cell(meaning), cell(standard))
		switch {
		case below.Properties != nil:
			below.walk(b, at, root)
		case below.Items != nil && below.Items.Properties != nil:
			below.Items.walk(b, at+"[]", root)
		}
	}
}

// splitSentence takes the sentence about the default out of a description.
func splitSentence(description string) (meaning, standard string) {
	meaning, standard, _ = strings.Cut(description, " Default: ")
	return strings.TrimSuffix(meaning, "."), strings.TrimSuffix(standard, ".")
}

// value says which values a key has.
func (k *configKey) value(root *configKey) string {
	if name, ok := strings.CutPrefix(k.Ref, "#/$defs/"); ok {
		switch name {
		case "span":
			return "time span: `90m`, `24h`, `7d`"
		case "size":
			return "bytes: `65536`, `512MiB`, `4GiB`"
		case "count":
			return "whole number above zero"
		case "rules":
			return "`CATEGORY: {RULE: {SETTING: …}}`"
		}
		return root.Definitions[name].value(root)
	}
	if len(k.Enum) > 0 {
		values := make([]string, len(k.Enum))
		for i, v := range k.Enum {
			values[i] = fmt.Sprintf("`%v`", v)
		}
		return strings.Join(values, ", ")
	}
	switch k.Type {
	case "boolean":
		return "true or false"
	case "array":
		if k.Items.Properties == nil {
			return "list of texts"
		}
		return "list"
	case "object":
		return "settings"
	}
	return "text"
}

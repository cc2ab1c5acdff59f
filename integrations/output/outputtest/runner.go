package outputtest

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/stretchr/testify/require"
)

// Lines are those that a runner sees: GitHub's ends one at a lone CR as well, and a log may end one elsewhere.
func Lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n\v\f\u0085\u2028\u2029", r) })
}

// Command is a workflow command as GitHub's runner reads it.
type Command struct {
	Name       string
	Properties map[string]string
	Message    string
}

// ParseCommand is ActionCommand.TryParseV2 of actions/runner: "::name key=value,…::message" behind white space.
func ParseCommand(line string) (c Command, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::")
	if !ok {
		return c, false
	}
	head, message, ok := strings.Cut(rest, "::")
	if !ok {
		return c, false
	}
	name, properties, _ := strings.Cut(head, " ")
	c = Command{Name: name, Properties: map[string]string{}, Message: unescapeData.Replace(message)}
	for property := range strings.SplitSeq(strings.TrimSpace(properties), ",") {
		if key, value, ok := strings.Cut(property, "="); ok && key != "" && value != "" {
			c.Properties[key] = unescapeProperty.Replace(value)
		}
	}
	return c, strings.TrimSpace(name) != ""
}

var (
	unescapeData     = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%")
	unescapeProperty = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
)

// sharp matches what Azure's and TeamCity's runners, and GitHub's older ones, take for a command wherever it stands.
var sharp = regexp.MustCompile(`(?i)##([a-z]*)\[`)

// unprintable matches what a terminal takes for more than text.
var unprintable = regexp.MustCompile("[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

// Harmless holds that nothing in a text is a command of a runner, or more than text to a terminal.
func Harmless(t require.TestingT, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		require.False(t, unprintable.MatchString(line), "%q does more than show", line)
	}
	for _, line := range Lines(text) {
		require.False(t, strings.HasPrefix(strings.TrimSpace(line), "::"), "%q begins like a command", line)
		require.False(t, sharp.MatchString(line), "%q holds a command", line)
	}
}

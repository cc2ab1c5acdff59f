package gate_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/defectgate/defectgate/gate"
)

// The commands that GitHub's runner knows (actions/runner, ActionCommandManager and its extensions).
var runnerCommands = []string{"set-env", "set-output", "save-state", "add-path", "add-mask", "add-matcher", "remove-matcher", "debug", "warning", "error",
	"notice", "echo", "group", "endgroup", "stop-commands", "internal-set-repo-path"}

func isRunnerCommand(name string) bool {
	for _, c := range runnerCommands {
		if strings.EqualFold(c, name) {
			return true
		}
	}
	return strings.TrimSpace(name) != "" // after stop-commands, any word starts them again
}

// takesV2 is ActionCommand.TryParseV2: "::name properties::data" behind white space.
func takesV2(line string) bool {
	line = strings.TrimLeftFunc(line, unicode.IsSpace)
	if !strings.HasPrefix(line, "::") {
		return false
	}
	end := strings.Index(line[2:], "::")
	if end < 0 {
		return false
	}
	name, _, _ := strings.Cut(line[2:2+end], " ")
	return isRunnerCommand(name)
}

// takesV1 is ActionCommand.TryParse: "##[name properties]data", anywhere in a line.
func takesV1(line string) bool {
	begin := strings.Index(line, "##[")
	if begin < 0 {
		return false
	}
	end := strings.Index(line[begin:], "]")
	if end < 0 {
		return false
	}
	name, _, _ := strings.Cut(line[begin+3:begin+end], " ")
	return isRunnerCommand(name)
}

// otherRunners are what Azure Pipelines, TeamCity, GitLab and terminals take for their own.
var otherRunners = map[string]*regexp.Regexp{
	"Azure Pipelines": regexp.MustCompile(`(?i)##vso\[`),
	"TeamCity":        regexp.MustCompile(`(?i)##teamcity\[`),
	"GitLab":          regexp.MustCompile(`section_(start|end):\d+:[a-zA-Z0-9_.-]+(\[.*\])?\r\x1b\[0K`),
	"a terminal":      regexp.MustCompile("[\x00-\x08\x0a-\x1f\x7f\u0080-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]"),
}

// parted are the lines that a runner sees: GitHub's ends one at a lone CR as well, and a log may end one elsewhere.
func parted(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n\v\f\u0085\u2028\u2029", r) })
}

// assertNoCommand prints a text as the program does, by itself and behind words of its own, and reads it as runners do.
func assertNoCommand(t *testing.T, text string) {
	for _, max := range []int{0, 1, 7, 40, 200} {
		line := gate.CleanLine(text, max)
		assert.True(t, utf8.ValidString(line))
		for _, printed := range []string{line, "  " + line, "| " + line, "deny  " + line} {
			for _, part := range parted(printed) {
				assert.False(t, takesV2(part), "%q is ::command::", part)
				assert.False(t, takesV1(part), "%q is ##[command]", part)
			}
			for name, form := range otherRunners {
				assert.NotRegexp(t, form, printed, name)
			}
		}
	}
}

var runnerPayloads = []string{
	"::error::x", "::set-output name=verdict::pass", "x\n::add-mask::pass", "x\r::stop-commands::y", "\t ::set-env name=A::b", "\u00a0::error::x", "::y::",
	"\u2028::error::x", "\x0b::error::x", "\x85::error::x", "\u0085::error::x", ":\u200b:error::x", "\u202e::error::x", "\ufeff::error::x", "\x00::error::x",
	"##[error]x", "a##[set-env name=A]b", "###[group]x", "####[[add-path]x", "#\u200b#[error]x", "#\n#[error]x", "##\x1b[error]x", "##\x1b[31m[error]x",
	"##vso[task.setvariable variable=A]b", "##VSO[task.complete result=Succeeded;]", "#\x07#vso[x]", "##teamcity[buildStatus status='SUCCESS']",
	"##TeamCity[x]", "section_start:1560896352:my_section\r\x1b[0Kheader", "section_end:1:a\r\x1b[0K", "section_start:1:a[collapsed=true]\r\x1b[0Kx",
	"\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\", "\x1b[2J\x1b[H", "\u009b2J", "\x9b2J", "\u0090q\u009c", "a\rb", "a\x08\x08b", "\x1bc", "\x7f",
	"##[error]::error::##vso[x]", strings.Repeat("##[", 50) + "error]x", ":: error ::x", "::error file=a,line=1::x", "::\u200berror::x",
}

// TestT22NoTextIsACommandOfARunner and TestT27NoTextReachesATerminalAsMoreThanText share their payloads: what is harmless must be so for all at once.
func TestT22NoTextIsACommandOfARunner(t *testing.T) {
	for _, text := range []string{"::error::x", "::set-output name=a::b", "  ::debug::x", "::endgroup::"} {
		assert.True(t, takesV2(text), "the runner takes %q", text)
	}
	for _, text := range []string{"##[error]x", "abc ##[set-env name=A]b"} {
		assert.True(t, takesV1(text), "the runner takes %q", text)
	}
	for _, text := range runnerPayloads {
		assertNoCommand(t, text)
		assertNoCommand(t, "title: "+text)
		assertNoCommand(t, text+text)
	}
}

func TestT27NoTextReachesATerminalAsMoreThanText(t *testing.T) {
	assert.Regexp(t, otherRunners["GitLab"], "section_start:1560896352:my_section\r\x1b[0Kheader")
	for _, text := range runnerPayloads {
		for _, b := range []byte(gate.CleanLine(text, 0)) {
			assert.False(t, b < ' ' || b == 0x7f, "%q holds 0x%02x", text, b)
		}
		for _, r := range gate.CleanLine(text, 0) {
			assert.False(t, r >= 0x80 && r <= 0x9f, "%q holds %U", text, r)
		}
	}
}

func FuzzT22CleanLineIsNoCommand(f *testing.F) {
	for _, text := range runnerPayloads {
		f.Add(text)
	}
	f.Fuzz(assertNoCommand)
}

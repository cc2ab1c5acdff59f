package text

import (
	"bufio"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func flowed(width int, write func(*page)) string {
	var b strings.Builder
	p := &page{Writer: bufio.NewWriter(&b), o: Options{Width: width}}
	write(p)
	if p.Flush() != nil {
		return ""
	}
	return b.String()
}

func TestFlowFillsLines(t *testing.T) {
	text := flowed(20, func(p *page) { p.flow("  → ", " · ", "one", "", "two", "three and four", "five") })
	require.Equal(t, "  → one · two\n    three and four\n    five\n", text)
}

func TestWrapKeepsWordsWhole(t *testing.T) {
	long := strings.Repeat("x", 40)
	require.Equal(t, "  a\n  "+long+"\n  b\n", flowed(20, func(p *page) { p.wrap("  ", "a "+long+" b") }))
}

// A runner takes a line that begins with :: for a command, blanks before it or not. Breaking a line must not make one.
func TestWrapMakesNoCommand(t *testing.T) {
	text := flowed(30, func(p *page) {
		p.wrap("  ", "a title that is long enough ::error file=x::owned and ::stop-commands::y")
	})
	for line := range strings.Lines(text) {
		require.False(t, strings.HasPrefix(strings.TrimSpace(line), "::"), line)
	}
}

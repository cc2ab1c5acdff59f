package markdown_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/defectgate/defectgate/integrations/output/markdown"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

var parser = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser()

// skeleton is what a page is to a reader of GitHub flavoured Markdown, without the words: its nodes, and what raw HTML and links say.
func skeleton(source string) string {
	var b strings.Builder
	depth := 0
	_ = ast.Walk(parser.Parse(text.NewReader([]byte(source))), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			depth--
			return ast.WalkContinue, nil
		}
		depth++
		if n.Kind() == ast.KindText || n.Kind() == ast.KindString {
			return ast.WalkContinue, nil
		}
		fmt.Fprintf(&b, "%*s%s%s\n", depth, "", n.Kind(), said(n, source))
		return ast.WalkContinue, nil
	})
	return b.String()
}

func said(n ast.Node, source string) string {
	switch n := n.(type) {
	case *ast.HTMLBlock:
		return " " + string(n.Lines().Value([]byte(source)))
	case *ast.RawHTML:
		return " " + string(n.Segments.Value([]byte(source)))
	case *ast.Link:
		return " " + string(n.Destination)
	case *ast.Heading:
		return " " + string(n.Lines().Value([]byte(source)))
	}
	return ""
}

// commands are what a bot takes for one: GitLab's quick actions, Prow's, our own. They begin a line.
var commands = regexp.MustCompile(`^\s*/`)

// prose gives what is rendered outside of code: of each paragraph, cell and item, the words.
func prose(source string) (lines []string) {
	_ = ast.Walk(parser.Parse(text.NewReader([]byte(source))), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch {
		case !entering || n.Kind() == ast.KindFencedCodeBlock || n.Kind() == ast.KindHTMLBlock:
			return ast.WalkSkipChildren, nil
		case n.Type() == ast.TypeBlock && n.HasChildren() && n.FirstChild().Type() == ast.TypeInline:
			lines = append(lines, words(n, source))
		}
		return ast.WalkContinue, nil
	})
	return lines
}

// words are those of a node; code counts as a mark.
func words(n ast.Node, source string) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.CodeSpan:
			b.WriteString("`")
		case *ast.Text:
			b.Write(c.Value([]byte(source)))
		case *ast.String:
			b.Write(c.Value)
		default:
			b.WriteString(words(c, source))
		}
	}
	return b.String()
}

// forgeMeans are what forges make links and messages of, after they have read the Markdown and its entities.
var forgeMeans = regexp.MustCompile(`@[A-Za-z0-9]|[#!&][0-9]|(?i:\bgh-[0-9])|[a-z]://`)

// assertHarmless holds that a text is nothing but text wherever a page shows it: the page has the same nodes as with a text of as many letters.
func assertHarmless(t *testing.T, payload string) {
	o := markdown.Options{RunURL: run}
	page := written(t, outputtest.Hostile(payload), o)
	outputtest.Harmless(t, page)
	innocent := written(t, outputtest.Hostile(strings.Repeat("x", len(payload))), o)
	if have, want := skeleton(page), skeleton(innocent); have != want && strings.TrimSpace(payload) != "" { // blanks are no text, and shown as none
		require.Fail(t, "a text is more than text", "%q: %s", payload, firstDifference(have, want))
	}
	fenced := false
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		require.False(t, !fenced && commands.MatchString(line), "%q begins like a command", line)
	}
	for _, line := range prose(page) {
		require.False(t, commands.MatchString(line), "%q begins like a command", line)
		require.NotRegexp(t, forgeMeans, unescaped.Replace(line))
	}
}

// unescaped reads what the parser leaves to the renderer.
var unescaped = strings.NewReplacer("&#64;", "@", "&#35;", "#", "&#58;", ":", "&#33;", "!", "&#36;", "$", "&#37;", "%", "&lt;", "<", "&gt;", ">", "&amp;", "&",
	"&#8203;", "\u200b", `\`, "")

func firstDifference(have, want string) string {
	is, should := strings.Split(have, "\n"), strings.Split(want, "\n")
	for i := range min(len(is), len(should)) {
		if is[i] != should[i] {
			return fmt.Sprintf("node %d is %q and should be %q", i, is[i], should[i])
		}
	}
	return fmt.Sprintf("%d nodes, and should be %d", len(is), len(should))
}

// T25, T26
func TestHostileTextStaysText(t *testing.T) {
	for _, payload := range outputtest.Payloads {
		assertHarmless(t, payload)
	}
}

// Prow and Atlantis read fences too: of a hint, in which names of sources stand, no line begins like a command.
func TestNoLineOfAHintIsACommand(t *testing.T) {
	r := outputtest.Hostile("x")
	r.Decision.Inputs[2].Hint = "run:\n  scan --report x\n/approve\n  /merge" + strings.Repeat("\nmore", 50)
	page := written(t, r, markdown.Options{})
	require.Contains(t, page, "\n```\nrun:\n  scan --report x\n /approve\n   /merge\nmore\n")
	require.Equal(t, 8, strings.Count(page, "\nmore"))
}

func FuzzMarkdownStaysText(f *testing.F) {
	for _, payload := range outputtest.Payloads {
		f.Add(payload)
	}
	f.Fuzz(assertHarmless)
}

// What the test reads as more than text must be seen as such: it would hold for anything otherwise.
func TestTheReaderSeesWhatIsMore(t *testing.T) {
	for _, more := range []string{"[a](https://b.example)", "<b>x</b>", "![a](b)", "https://a.example", "*a*", "~~a~~", "| a |\n|---|\n| b |", "# a", "- a", "> a",
		"`a`", "1. a", "- [ ] a", "<!-- a -->", "www.a.example", "    a", "---", "\\\na  \nb\n***"} {
		require.NotEqual(t, skeleton("x"), skeleton(more), more)
	}
	for _, means := range []string{"@acme", "closes #1", "!2", "GH-3", "see https://a.example"} {
		require.Regexp(t, forgeMeans, means)
	}
	require.Equal(t, []string{"/approve ` x", "/merge"}, prose("/approve `a` x\n\n- /merge\n\n```\n/close\n```\n"))
}

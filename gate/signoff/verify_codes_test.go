package signoff_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// written has alice write a comment in a new world.
func written(body string) func(t *testing.T) *signoff.Outcome {
	return func(t *testing.T) *signoff.Outcome { return newWorld(t).comment(alice, body) }
}

// changed has alice write one that would be accepted, after the world was changed.
func changed(change func(w *world, p *signoff.Post)) func(t *testing.T) *signoff.Outcome {
	return func(t *testing.T) *signoff.Outcome {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		change(w, p)
		return w.desk().Handle(t.Context(), eventOf(p))
	}
}

func failing(err error) func(t *testing.T) *signoff.Outcome {
	return changed(func(w *world, _ *signoff.Post) { w.memory().script["Append"] = func() error { return err } })
}

// codes say for each code how somebody comes to be refused with it.
var codes = map[signoff.Code]func(t *testing.T) *signoff.Outcome{
	signoff.Syntax:     written("/defectgate nonsense"),
	signoff.Multi:      written(accept() + "\n\n/defectgate help"),
	signoff.Edited:     changed(func(_ *world, p *signoff.Post) { p.Edit = signoff.WasEdited }),
	signoff.NotChange:  changed(func(w *world, _ *signoff.Post) { w.forge.change.IsChange = false }),
	signoff.Closed:     changed(func(w *world, _ *signoff.Post) { w.forge.change.Open = false }),
	signoff.Repository: changed(func(w *world, _ *signoff.Post) { w.forge.found = 1 }),
	signoff.Misplaced:  changed(func(_ *world, p *signoff.Post) { p.Change = 8 }),
	signoff.Bot:        changed(func(_ *world, p *signoff.Post) { p.Bot = true }),
	signoff.Auth:       changed(func(w *world, _ *signoff.Post) { w.member(alice, "read") }),
	signoff.Self:       changed(func(w *world, _ *signoff.Post) { w.forge.change.Author = alice }),
	signoff.HeadMoved:  written("/defectgate accept " + overdue + " at fffffff until " + until + forReason),
	signoff.Unknown:    written("/defectgate accept " + warnedOf + " until " + until + forReason),
	signoff.NoRecord:   written("/defectgate approve " + record),
	signoff.Date:       written("/defectgate accept " + overdue + " until 2026-03-01" + forReason),
	signoff.Hours:      written("/defectgate override for 99h because production is down now\nticket: OPS-1"),
	signoff.Control:    written("/defectgate accept " + critical + " until " + until + forReason),
	signoff.Ticket:     written("/defectgate override for 4h because production is down now"),
	signoff.Reason:     written("/defectgate accept " + overdue + " until " + until + " because tbd tbd tbd"),
	signoff.Field:      written(accept() + "\nscope: everything"),
	signoff.Secret:     written(accept() + " AKIAIOSFODNN7EXAMPLE"),
	signoff.Duplicate: func(t *testing.T) *signoff.Outcome {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		require.NotNil(t, w.desk().Handle(t.Context(), eventOf(p)).Recorded)
		return w.desk().Handle(t.Context(), eventOf(p))
	},
	signoff.Conflict: failing(fmt.Errorf("branch: %w", signoff.ErrConflict)),
	signoff.Upstream: failing(errDown),
	signoff.Register: failing(fmt.Errorf("ledger: %w", gate.ErrRegister)),
}

// TestEveryCodeHasItsComment produces each code that refusal.go declares.
func TestEveryCodeHasItsComment(t *testing.T) {
	undecided := map[signoff.Code]bool{signoff.Repository: true, signoff.Misplaced: true, signoff.Conflict: true, signoff.Upstream: true, signoff.Register: true}
	for _, code := range declared(t) {
		t.Run(string(code), func(t *testing.T) {
			if code == signoff.NeedsSecond { // what is recorded and waits is not refused
				w := newWorld(t)
				o := w.comment(alice, acceptCritical())
				require.Nil(t, o.Refusal)
				assert.NotEmpty(t, o.Verified.Waits)
				assert.True(t, w.judge.seen[string(code)], w.judge.seen)
				assert.Contains(t, o.Reply(), "waits for another approver")
				return
			}
			require.NotNil(t, codes[code], "no comment leads to it")
			o := codes[code](t)
			require.NotNil(t, o.Refusal)
			assert.Equal(t, code, o.Refusal.Code, "%v", o.Refusal)
			if code == signoff.Duplicate { // what was said of it is said again
				assert.Contains(t, o.Reply(), "**defectgate: accepted**")
			} else {
				assert.Equal(t, fmt.Sprintf("**defectgate: refused** (%s)", code), lines(o.Reply())[0])
			}
			assert.Contains(t, o.Refusal.Error(), string(code))
			if undecided[code] {
				assert.Equal(t, 3, o.ExitCode())
			} else {
				assert.Zero(t, o.ExitCode())
			}
		})
	}
}

// declared reads the codes out of the source, so that none is forgotten.
func declared(t *testing.T) (list []signoff.Code) {
	file, err := parser.ParseFile(token.NewFileSet(), "refusal.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok {
			if kind, ok := s.Type.(*ast.Ident); ok && kind.Name == "Code" {
				code, err := strconv.Unquote(s.Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				list = append(list, signoff.Code(code))
			}
		}
		return true
	})
	require.Greater(t, len(list), 20)
	return list
}

// TestEveryObjectionHasACode: what the policy may object is told by a code that stands in the list.
func TestEveryObjectionHasACode(t *testing.T) {
	w := newWorld(t)
	w.settings("{ends_on_push: true, severities: {high: {approvers: 2}}}")
	made := w.recorded(alice, accept())
	w.forge.change.Head = otherSHA
	o := w.comment(bob, "/defectgate approve "+made.ID)
	require.NotNil(t, o.Refusal)
	assert.Contains(t, declared(t), o.Refusal.Code, "%v", o.Refusal)
}

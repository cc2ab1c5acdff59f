// Package file opens the files that integrations read: reports, statements, signals and feeds. It expands them, decodes them to UTF-8, counts
// and hashes their bytes, keeps to bounds, and says what stands in the way where one cannot be read.
package file

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Fail says in the evidence of a file what stood in the way of reading it. hints are the next steps where the error has none of its own.
func Fail(ctx context.Context, e *gate.Evidence, err error, hints map[gate.Status]string) {
	if err == nil {
		return
	}
	e.Status, e.Problem = StatusOf(ctx, err), err.Error()
	if e.Status == gate.Missing && !e.Required {
		e.Status = gate.AbsentOptional
	}
	e.Hint = cmp.Or(gate.HintOf(err), hints[e.Status])
}

// ErrNobodys is the error of a document that says nothing: `null`, `[]`, `{}` or no bytes.
var ErrNobodys = errors.New("the report is empty: nothing shows which scanner wrote it, or that one ran")

// Broken says what is wrong with a document that nobody knows: one that is cut off or not well-formed may be unknown for that. The hint is for one
// that is not well-formed.
func Broken(ctx context.Context, d report.Document, root byte, hint string) (err error) {
	switch root {
	case report.Object, report.Array:
		err = report.JSONValues(d, report.Skip)
	case report.XML:
		err = report.XMLDocument(d, func(*report.Element) error { return nil })
	}
	if err != nil && StatusOf(ctx, err) == gate.Malformed {
		return gate.WithHint(err, "%s", hint)
	}
	return err
}

// StatusOf classifies an error of reading or parsing.
func StatusOf(ctx context.Context, err error) gate.Status {
	var syntax *xml.SyntaxError
	_, shut := errors.AsType[*unopened](err)
	switch {
	case ctx.Err() != nil:
		return gate.Unavailable
	case errors.Is(err, fs.ErrNotExist):
		return gate.Missing
	case errors.Is(err, ErrNobodys):
		return gate.Empty
	case errors.Is(err, report.ErrTooLarge):
		return gate.TooLarge
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return gate.Truncated
	case shut, errors.Is(err, fs.ErrPermission):
		return gate.Unavailable
	}
	return gate.Malformed
}

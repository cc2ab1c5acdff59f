package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Querier is a database or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Query is the text of a query with its parameters.
type Query struct {
	Text string
	Args []any
	In   []any // the values of a list: then the text ends with IN. nil: it has no list
}

// Values makes parameters of a list. It is never nil: a list without values has no rows.
func Values[T any](list []T) []any {
	values := make([]any, len(list))
	for i, v := range list {
		values[i] = v
	}
	return values
}

// How many values a statement has at most: for a list, and for rows. Each parameter has a name, which SQLite seeks among those before it, so that
// long statements take long to read; over a network, each statement is a way there and back.
const (
	longestList = 100
	longestRows = 120
)

// Each reads the rows of a query; of one with a long list by several statements.
func Each(ctx context.Context, q Querier, query Query, read func(*sql.Rows) error) error {
	if query.In == nil {
		return rowsOf(ctx, q, query, read)
	}
	for chunk := range slices.Chunk(query.In, longestList) {
		part := Query{Text: query.Text + groups(len(query.Args), len(chunk), len(chunk)), Args: slices.Concat(query.Args, chunk)}
		if err := rowsOf(ctx, q, part, read); err != nil {
			return err
		}
	}
	return nil
}

func rowsOf(ctx context.Context, q Querier, query Query, read func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query.Text, query.Args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what went wrong
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Insert adds many rows with few statements. The text names the table and its columns: INSERT INTO t (a, b).
func Insert(ctx context.Context, tx *sql.Tx, into string, values []any) error {
	columns := strings.Count(into, ",") + 1
	most := max(1, longestRows/columns) * columns
	whole := len(values) / most * most
	if err := insertWhole(ctx, tx, into+" VALUES "+groups(0, most, columns), slices.Chunk(values[:whole], most)); err != nil || whole == len(values) {
		return err
	}
	rest := values[whole:]
	_, err := tx.ExecContext(ctx, into+" VALUES "+groups(0, len(rest), columns), rest...)
	return err
}

// insertWhole reads a statement once, and runs it for each chunk.
func insertWhole(ctx context.Context, tx *sql.Tx, text string, chunks iter.Seq[[]any]) (err error) {
	var statement *sql.Stmt
	for chunk := range chunks {
		if statement == nil {
			if statement, err = tx.PrepareContext(ctx, text); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, statement.Close()) }()
		}
		if _, err := statement.ExecContext(ctx, chunk...); err != nil {
			return err
		}
	}
	return nil
}

// groups writes ($1, $2), ($3, $4) for four parameters in two columns, of which none stands before.
func groups(before, parameters, columns int) string {
	var b strings.Builder
	for i := range parameters {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", before+i+1)
	}
	return b.String() + ")"
}

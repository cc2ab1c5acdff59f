package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Access says what a database is opened for.
type Access int

// The ways to open a database.
const (
	ReadOnly Access = iota // nothing is written, not even by mistake
	Write                  // entries are added; a SQLite file that is not there is made, and an older one brought up to date
	Prepare                // as Write, and tables are made or brought up to date in PostgreSQL as well
	Copy                   // as Prepare, of a file that is made again when it is lost: nothing waits for the disk
)

// Store is a log in a database. It may be used by several goroutines.
type Store struct {
	db      *sql.DB
	moment  *sql.Tx // of which all is read; nil: what is there now
	dialect dialect
	origin  *string      // shared with copies and snapshots
	name    string       // for people: never with a password
	reads   bool         // and does nothing else
	remote  Remote       // of which it is a copy; nil: it is the log itself
	after   func() error // once it is closed; nil for nothing
}

// dialect is what the two engines spell differently.
type dialect struct {
	name     string
	lockRow  string // behind a SELECT whose row nobody else may take until the transaction ends
	schema   []string
	patient  string           // first statement of a transaction that changes whole tables
	isAbsent func(error) bool // a table is not there
	isBusy   func(error) bool // the same again may succeed
}

// AddressError is the error of an address that means nothing.
type AddressError struct{ Problem string }

// Error says what is wrong, without repeating what may be a password.
func (e *AddressError) Error() string { return e.Problem }

// ErrNone is the error of a ledger that is not there, or has no tables yet.
var ErrNone = errors.New("there is no ledger")

// CheckAddress says whether an address is one of a database. Nothing is opened.
func CheckAddress(address string) error {
	switch scheme, rest, _ := strings.Cut(address, ":"); {
	case scheme == "sqlite" && rest == "":
		return gate.WithHint(&AddressError{"the address of the ledger names no file"}, "write sqlite:PATH")
	case scheme != "sqlite" && scheme != "postgres" && scheme != "postgresql":
		return gate.WithHint(&AddressError{fmt.Sprintf("%q begins no address of a ledger", scheme)},
			"write sqlite:PATH, postgres://USER@HOST/DATABASE, branch:NAME of the repository on GitHub, auto, or none")
	}
	return nil
}

// Open opens the log that an address names: sqlite:PATH, or postgres://….
func Open(ctx context.Context, address string, access Access) (s *Store, err error) {
	if err := CheckAddress(address); err != nil {
		return nil, err
	}
	if path, isFile := strings.CutPrefix(address, "sqlite:"); isFile {
		s, err = openSQLite(ctx, path, access)
	} else {
		s, err = openPostgres(address, access)
	}
	if err != nil {
		return nil, err
	}
	s.reads = access == ReadOnly
	if err := s.ready(ctx, access); err != nil {
		return nil, errors.Join(fmt.Errorf("ledger %s: %w", s.name, err), s.Close())
	}
	return s, nil
}

// ready refuses a database whose tables are not those of this program.
func (s *Store) ready(ctx context.Context, access Access) error {
	have, err := s.version(ctx)
	switch {
	case err != nil:
		return err
	case have > len(migrations):
		return gate.WithHint(fmt.Errorf("its tables are of version %d, and this program knows %d", have, len(migrations)), "use a newer defectgate")
	case have < len(migrations) && s.mayMigrate(have, access):
		err = s.migrate(ctx)
	case have == 0:
		return gate.WithHint(ErrNone, "make its tables: defectgate ledger init")
	case have < len(migrations):
		return gate.WithHint(fmt.Errorf("its tables are of version %d, and this program needs %d", have, len(migrations)),
			"bring them up to date: defectgate ledger init")
	}
	if err != nil {
		return err
	}
	return s.db.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'origin'`).Scan(s.origin)
}

// mayMigrate tells whether tables may be made or brought up to date. A check does so in its own file, and not on a server that others use as well.
func (s *Store) mayMigrate(have int, access Access) bool {
	return access == Prepare || access == Copy || access == Write && have > 0 && s.dialect.name == sqliteDialect.name
}

// begin begins a transaction. One that waited for the head sees what was committed meanwhile, whatever the database has as its default.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	return s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted, ReadOnly: s.reads})
}

// Snapshot gives the log as it is at this moment: what is added while it is read is not seen. It is let go by closing it.
func (s *Store) Snapshot(ctx context.Context) (*Store, error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	still := *s
	still.moment = tx
	return &still, nil
}

// Close ends the connections; of a snapshot, what it holds on to.
func (s *Store) Close() error {
	if s.moment != nil {
		return undone(s.moment.Rollback())
	}
	err := s.db.Close()
	if s.after != nil {
		err = errors.Join(err, s.after())
	}
	return err
}

// WhenClosed has something done after the database is closed.
func (s *Store) WhenClosed(do func() error) { s.after = do }

// Origin is the name of the log in its checkpoints.
func (s *Store) Origin() string { return *s.origin }

// Name is the address without a password.
func (s *Store) Name() string { return s.name }

// View gives the tables to those who read. They are written to in [Store.Append] and [Store.Rebuild] only.
func (s *Store) View() Querier {
	if s.moment != nil {
		return s.moment
	}
	return s.db
}

// DB is the database itself.
func (s *Store) DB() *sql.DB { return s.db }

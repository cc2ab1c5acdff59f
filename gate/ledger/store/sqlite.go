package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/defectgate/defectgate/gate"
)

var sqliteDialect = dialect{
	name: "sqlite", schema: []string{tables, sqliteGuards}, patient: `SELECT 1`,
	isAbsent: func(err error) bool { return strings.Contains(err.Error(), "no such table") },
	isBusy:   func(error) bool { return false }, // the engine has waited already, see patience
}

// patience is how long one writer waits for the others, in milliseconds.
const patience = "120000"

// writing are the settings of a connection that writes: it takes the lock when it begins, because one that takes it later cannot wait for it, and
// what it has committed survives the loss of power.
var writing = url.Values{"_txlock": {"immediate"}, "_busy_timeout": {patience}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"},
	"_defensive": {"1"}, "_dqs": {"0"}}

// openSQLite opens a file through a URI: SQLite takes no setting from a plain path.
func openSQLite(ctx context.Context, path string, access Access) (*Store, error) {
	sqlite.StrictPragmas(true)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && access == ReadOnly:
		return nil, gate.WithHint(fmt.Errorf("ledger %q: %w", path, ErrNone), "name another with --ledger, or let a check make it")
	case errors.Is(err, fs.ErrNotExist):
		err = createSQLite(ctx, path)
	case err == nil:
		err = trusted(path, info)
	default:
		err = unwritable(path, err)
	}
	if err != nil {
		return nil, err
	}
	if info, err = os.Lstat(path); err == nil && info.Size() == 0 && access < Prepare { // just to look, the engine would lay files beside it
		return nil, gate.WithHint(fmt.Errorf("ledger %q: %w", path, ErrNone), "make its tables: defectgate ledger init")
	}
	if access == ReadOnly {
		return readSQLite(ctx, path)
	}
	return connectSQLite(path, access.settings())
}

// settings are those of a connection that writes.
func (a Access) settings() url.Values {
	if a != Copy {
		return writing
	}
	hasty := maps.Clone(writing)
	hasty.Set("_synchronous", "OFF")
	return hasty
}

// unwritable says what to do where a ledger cannot be.
func unwritable(path string, err error) error {
	return gate.WithHint(fmt.Errorf("make the ledger %q: %w", path, err),
		"name a file that can be written with --ledger sqlite:PATH, or use --ledger none")
}

// trusted refuses a file that somebody else may have put there, or may write.
func trusted(path string, info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return gate.WithHint(fmt.Errorf("ledger %q is no regular file", path), "name the file itself: a link could lead anywhere")
	case info.Mode().Perm()&0o002 != 0:
		return gate.WithHint(fmt.Errorf("ledger %q may be written by everybody", path), "chmod o-w %s, and see who did", path)
	}
	return nil
}

func connectSQLite(path string, settings url.Values) (*Store, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(absolute), "/"), RawQuery: settings.Encode()}
	connector, err := sqlite.NewConnector(address.String())
	if err != nil {
		return nil, err
	}
	return &Store{origin: new(string), db: sql.OpenDB(connector), dialect: sqliteDialect, name: "sqlite:" + path}, nil
}

// readSQLite opens a file that is only read. The engine is told so, and not the system: it could not take away the files of locks that it lays
// beside a ledger. Where not even a lock can be written (a medium that is read-only) nobody writes, and none is needed.
func readSQLite(ctx context.Context, path string) (*Store, error) {
	settings := url.Values{"mode": {"rw"}, "_query_only": {"1"}, "_busy_timeout": {patience}, "_defensive": {"1"}, "_dqs": {"0"}}
	s, err := connectSQLite(path, settings)
	if err != nil {
		return nil, err
	}
	if _, err = s.version(ctx); !isCode(err, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) {
		return s, nil
	}
	if _, err := os.Lstat(path + "-wal"); err == nil {
		return s, nil // what stands there would be left out
	}
	_ = s.Close() // it read nothing
	settings.Set("mode", "ro")
	settings.Set("immutable", "1")
	return connectSQLite(path, settings)
}

func isCode(err error, codes ...int) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, code := range codes {
		if e.Code()&0xff == code {
			return true
		}
	}
	return false
}

// createSQLite makes a file with its tables beside the place where it is to be, and links it there: it is there whole or not at all, and of several
// that make it at once, one does.
func createSQLite(ctx context.Context, path string) (err error) {
	defer func() {
		err = gate.WithHint(err, "name a file that can be written with --ledger sqlite:PATH, or use --ledger none")
	}()
	if err := folder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("make the ledger %q: %w", path, err)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".ledger-*") // mode 0600
	if err != nil {
		return fmt.Errorf("make the ledger %q: %w", path, err)
	}
	defer func() { _ = os.Remove(draft.Name()) }() // a second name of the ledger, or what became of nothing
	if err := draft.Close(); err != nil {
		return err
	}
	s, err := connectSQLite(draft.Name(), writing)
	if err != nil {
		return err
	}
	if err := errors.Join(s.migrate(ctx), s.Close()); err != nil {
		return fmt.Errorf("make the ledger %q: %w", path, err)
	}
	err = link(draft.Name(), path)
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without second names
		err = replaceNothing(draft.Name(), path)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil // somebody else was faster
	}
	return err
}

var link = os.Link // a test takes it away

// replaceNothing renames a file if it is the first to take the name: another ledger, with what was recorded in it meanwhile, must not be replaced.
// Who comes between taking the name and the file finds a ledger without tables, and is told so.
func replaceNothing(from, to string) error {
	claim, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(claim.Close(), os.Rename(from, to))
}

// own is the name of the folder that belongs to the program, whoever made it.
const own = ".defectgate"

// folder makes the folder of a ledger, which git is to ignore: what lies in it belongs to the machine. Somebody else's folder is left as it is.
func folder(path string) error {
	if _, err := os.Stat(path); err == nil && filepath.Base(path) != own {
		return nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	ignore, err := os.OpenFile(filepath.Join(path, ".gitignore"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = ignore.WriteString("*\n")
	return errors.Join(err, ignore.Close())
}

// memory is a database that nobody else sees, and that is gone when it is closed: one connection holds it.
func memory() (*Store, error) {
	connector, err := sqlite.NewConnector("file::memory:?_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return &Store{origin: new(string), db: db, dialect: sqliteDialect, name: "memory"}, nil
}

package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed" // the texts of the tables
	"encoding/hex"
	"fmt"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

//go:embed schema.sql
var tables string

//go:embed append_only.sqlite.sql
var sqliteGuards string

//go:embed append_only.postgres.sql
var postgresGuards string

// migrations are the versions of the tables, in order. They only ever get more.
var migrations = []func(ctx context.Context, tx *sql.Tx, d dialect) error{create, signOffs}

// signOffs lets entries be sign-offs, which are found by the project that they belong to. The column stands with the leaf: what only adds to the log
// cannot hide one.
func signOffs(ctx context.Context, tx *sql.Tx, _ dialect) error {
	for _, text := range []string{
		`ALTER TABLE log_leaf ADD COLUMN register TEXT NOT NULL DEFAULT ''`,
		`CREATE INDEX log_leaf_by_register ON log_leaf (register, idx) WHERE register <> ''`,
	} {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// create makes the tables of the first version, with an empty log of a name that no other has.
func create(ctx context.Context, tx *sql.Tx, d dialect) error {
	for _, text := range d.schema {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	root := tree.Empty()
	if _, err := tx.ExecContext(ctx, `INSERT INTO log_head (id, size, root, updated_ns) VALUES (1, 0, $1, 0)`, root[:]); err != nil {
		return err
	}
	var id [16]byte
	rand.Read(id[:])
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('origin', $1)`, "defectgate.dev/ledger/"+hex.EncodeToString(id[:]))
	return err
}

const versionTable = "defectgate_schema"

// version is how many of the migrations were applied.
func (s *Store) version(ctx context.Context) (have int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM `+versionTable).Scan(&have)
	if err != nil && s.dialect.isAbsent(err) {
		return 0, nil
	}
	return have, err
}

// migrate applies the migrations that are missing. Of several that try at once, one does.
func (s *Store) migrate(ctx context.Context) error {
	var steps []*goose.Migration
	for i, step := range migrations {
		run := func(ctx context.Context, tx *sql.Tx) error { return step(ctx, tx, s.dialect) }
		steps = append(steps, goose.NewGoMigration(int64(i+1), &goose.GoFunc{RunTx: run}, nil))
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger())}
	engine := goose.DialectSQLite3
	if s.dialect.name == "postgres" {
		engine = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // tried every second, for five minutes
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(engine, s.db, nil, options...)
	if err != nil {
		return err
	}
	for have := 0; ; {
		_, err := provider.Up(ctx)
		if err == nil {
			return nil
		}
		now, again := s.version(ctx)
		if again == nil && now == len(migrations) {
			return nil // somebody else was faster
		}
		if again != nil || now <= have {
			return fmt.Errorf("bring the tables up to date: %w", err)
		}
		have = now // somebody else is at it as well, and takes turns with us
	}
}

package ledger_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// silent are the changes that an audit does not see, and why it need not.
var silent = map[string]string{
	"checkpoint: delete the first row":        "a checkpoint that was never kept looks the same; the one that left the machine shows it",
	"checkpoint: delete the last row":         "as above",
	"log_head: add a row":                     "the head is row 1, and nothing reads another",
	"meta: add a row":                         "nothing reads a name that the program does not know",
	"defectgate_schema: add a row":            "the same version once more",
	"defectgate_schema: delete the first row": "the version before the first, which nothing reads",
	"defectgate_schema.id":                    "the number of a row, which nothing reads",
	"defectgate_schema.is_applied":            "nothing reads it as long as all versions are there",
	"defectgate_schema.tstamp":                "when the tables were made, which nothing reads",
}

// TestAuditSeesEveryChange changes a copy of a ledger in every column of every table, as one could who owns the file.
func TestAuditSeesEveryChange(t *testing.T) {
	private, err := key.Generate("ed25519")
	require.NoError(t, err)
	log, _ := private.Ed25519()
	path := filepath.Join(t.TempDir(), "ledger.db")
	s := openedFor(t, "sqlite:"+path, store.Write)
	l := &ledger.Ledger{Store: s, Key: private, LogKey: log, Forms: true}
	for _, r := range story() {
		_, err := r.decide(t.Context(), l)
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())
	original, err := os.ReadFile(path)
	require.NoError(t, err)

	audit := func(change func(*sql.DB)) []string {
		copied := filepath.Join(t.TempDir(), "ledger.db")
		require.NoError(t, os.WriteFile(copied, original, 0o600))
		db, err := sql.Open("sqlite", "file:"+copied)
		require.NoError(t, err)
		change(db)
		require.NoError(t, db.Close())
		s, err := store.Open(t.Context(), "sqlite:"+copied, store.ReadOnly)
		if err != nil {
			return []string{err.Error()}
		}
		defer s.Close()
		a := &ledger.Audit{Store: s, Keys: key.Only(private.Public()), LogKeys: true}
		if err := a.Run(t.Context()); err != nil {
			return append(a.Faults, err.Error())
		}
		return a.Faults
	}
	require.Empty(t, audit(func(*sql.DB) {}), "nothing was changed")

	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	require.NoError(t, err)
	defer db.Close()
	mutations := mutationsOf(t, db)
	require.Greater(t, len(mutations), 150)
	for _, m := range mutations {
		faults := audit(func(db *sql.DB) {
			open(t, db)
			for _, statement := range m.statements {
				result, err := db.ExecContext(t.Context(), statement)
				require.NoError(t, err, statement)
				changed, err := result.RowsAffected()
				require.NoError(t, err)
				require.Positive(t, changed, statement)
			}
		})
		if _, known := silent[m.name]; !known && len(faults) == 0 {
			t.Errorf("not seen: %s", m.name)
		}
	}
}

// open takes away what keeps a careless hand from the log.
func open(t *testing.T, db *sql.DB) {
	db.SetMaxOpenConns(1)
	_, err := db.ExecContext(t.Context(), `PRAGMA ignore_check_constraints = 1`)
	require.NoError(t, err)
	for _, trigger := range column(t, db, `SELECT name FROM sqlite_master WHERE type = 'trigger'`) {
		_, err := db.ExecContext(t.Context(), `DROP TRIGGER `+trigger)
		require.NoError(t, err)
	}
}

// mutation is one change.
type mutation struct {
	name       string
	statements []string
}

// mutationsOf changes each column in the first row and in the last, takes each of these rows away, and adds one that is like the first.
func mutationsOf(t *testing.T, db *sql.DB) (all []mutation) {
	tables := column(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	for _, table := range append(store.Projections(), "log_leaf", "log_node", "log_head", "blob", "checkpoint", "meta") {
		require.Contains(t, tables, table)
	}
	for _, table := range tables {
		columns := column(t, db, `SELECT name FROM pragma_table_info('`+table+`')`)
		require.NotEmpty(t, column(t, db, `SELECT rowid FROM `+table), "the story leaves %s empty", table)
		first, last := `(SELECT MIN(rowid) FROM `+table+`)`, `(SELECT MAX(rowid) FROM `+table+`)`
		for _, c := range columns {
			all = append(all, mutation{table + "." + c, []string{`UPDATE ` + table + ` SET ` + c + ` = ` + changed(c) + ` WHERE rowid = ` + first}})
			if !raced {
				all = append(all, mutation{table + "." + c, []string{`UPDATE ` + table + ` SET ` + c + ` = ` + changed(c) + ` WHERE rowid = ` + last}})
			}
		}
		unique := column(t, db, `SELECT DISTINCT i.name FROM pragma_index_list('`+table+`') l, pragma_index_info(l.name) i WHERE l."unique"
			UNION SELECT name FROM pragma_table_info('`+table+`') WHERE pk > 0`)
		values := slices.Clone(columns)
		for i, c := range values {
			if slices.Contains(unique, c) {
				values[i] = changed(c)
			}
		}
		all = append(all,
			mutation{table + ": delete the first row", []string{`DELETE FROM ` + table + ` WHERE rowid = ` + first}},
			mutation{table + ": delete the last row", []string{`DELETE FROM ` + table + ` WHERE rowid = ` + last}},
			mutation{table + ": add a row", []string{fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM %[1]s WHERE rowid = %[4]s`, table,
				strings.Join(columns, ", "), strings.Join(values, ", "), last)}})
	}
	blob := `INSERT INTO blob (sha256, size, codec, bytes) VALUES ('a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447', 12, 'plain', x'68656c6c6f20776f726c640a')`
	swap := func(table, place string) (list []string) {
		for _, move := range [][2]int{{0, -1}, {1, 0}, {-1, 1}} {
			list = append(list, fmt.Sprintf(`UPDATE %s SET %s = %d WHERE %[2]s = %[4]d`, table, place, move[1], move[0]))
		}
		return list
	}
	return append(all, mutation{"blob: add one that no decision names", []string{blob}},
		mutation{"log_leaf: swap two", swap("log_leaf", "idx")}, mutation{"log_node: swap two", swap("log_node", "pos")})
}

// changed is an expression for another value of a column, of the same type.
func changed(column string) string {
	return fmt.Sprintf(`CASE typeof(%s) WHEN 'integer' THEN %[1]s + 1000003 WHEN 'text' THEN %[1]s || 'x' WHEN 'null' THEN x'00'
		ELSE unhex(substr(hex(%[1]s), 1, length(hex(%[1]s)) - 1) || CASE substr(hex(%[1]s), -1) WHEN '0' THEN '1' ELSE '0' END) END`, column)
}

// column gives the one column of a query.
func column(t *testing.T, db *sql.DB, query string) (values []string) {
	t.Helper()
	require.NoError(t, store.Each(t.Context(), db, store.Query{Text: query}, func(rows *sql.Rows) error {
		var value string
		err := rows.Scan(&value)
		values = append(values, value)
		return err
	}))
	return values
}

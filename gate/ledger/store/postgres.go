package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/defectgate/defectgate/gate"
)

var postgresDialect = dialect{
	name: "postgres", lockRow: " FOR UPDATE", schema: []string{tables, postgresGuards},
	patient:  `SET LOCAL statement_timeout = '600s'`,
	isAbsent: func(err error) bool { return pgCode(err) == "42P01" },
	isBusy:   isPassing,
}

// limits end what does not end: a statement, a wait for the head of the log, a transaction whose owner is gone. What looks at all tables or makes
// them may take longer than a decision.
var limits = map[Access]string{
	ReadOnly: `SET statement_timeout = '600s'; SET lock_timeout = '50s'; SET idle_in_transaction_session_timeout = '600s'`,
	Write:    `SET statement_timeout = '60s'; SET lock_timeout = '50s'; SET idle_in_transaction_session_timeout = '60s'`,
	Prepare:  `SET statement_timeout = '600s'; SET lock_timeout = '50s'; SET idle_in_transaction_session_timeout = '600s'`,
}

// openPostgres opens a database whose commits last. No statement stays prepared beyond its transaction: a pool between us may give the next one
// another connection.
func openPostgres(address string, access Access) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, &AddressError{"the address of the ledger cannot be read: write it as postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full"}
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.RuntimeParams["application_name"] = "defectgate"
	stayEncrypted(&config.Config, address)
	connected := func(ctx context.Context, c *pgx.Conn) error { return durable(ctx, c, limits[access]) }
	db := sql.OpenDB(stdlib.GetConnector(*config, stdlib.OptionAfterConnect(connected)))
	return &Store{origin: new(string), db: db, dialect: postgresDialect, name: withoutPassword(config)}, nil
}

// stayEncrypted takes away what the usual setting (sslmode=prefer) falls back to where a server offers no TLS, or somebody between us says that it
// does not: plain text. It leaves this machine only where the address or PGSSLMODE says so.
func stayEncrypted(c *pgconn.Config, address string) {
	if strings.Contains(address, "sslmode=") || os.Getenv("PGSSLMODE") != "" {
		return
	}
	c.Fallbacks = slices.DeleteFunc(c.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.TLSConfig == nil && !isHere(f.Host) })
}

// isHere reports whether a host is this machine: a socket, or a loopback address.
func isHere(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || ip != nil && ip.IsLoopback()
}

func durable(ctx context.Context, c *pgx.Conn, limits string) error {
	if _, err := c.PgConn().Exec(ctx, limits).ReadAll(); err != nil {
		return err
	}
	var commits string
	if err := c.QueryRow(ctx, `SHOW synchronous_commit`).Scan(&commits); err != nil {
		return err
	}
	if commits == "off" {
		return gate.WithHint(errors.New("synchronous_commit is off: what was acknowledged could be lost"), "ALTER ROLE … SET synchronous_commit = on")
	}
	return nil
}

// withoutPassword is the address for people.
func withoutPassword(c *pgx.ConnConfig) string {
	address := url.URL{Scheme: "postgres", Host: fmt.Sprintf("%s:%d", c.Host, c.Port), Path: c.Database}
	if c.User != "" {
		address.User = url.User(c.User)
	}
	return address.String()
}

func pgCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// passing are the codes of what may succeed when it is tried again (PostgreSQL, appendix A): transactions that met, a key that somebody else was
// faster to take, a server that is coming or going.
var passing = []string{"40001", "40P01", "23505", "57P01", "57P02", "57P03", "08000", "08003", "08006", "53300"}

// isPassing reports whether the same again may succeed: what the server says so of, and a connection that was lost or could not be made.
func isPassing(err error) bool {
	if code := pgCode(err); code != "" {
		return slices.Contains(passing, code)
	}
	var network net.Error
	var connect *pgconn.ConnectError
	lost := errors.As(err, &network) || errors.As(err, &connect) || pgconn.SafeToRetry(err)
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, driver.ErrBadConn, sql.ErrConnDone} {
		lost = lost || errors.Is(err, end)
	}
	return lost && gate.HintOf(err) == "" && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

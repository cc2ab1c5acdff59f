package store

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// What goes over a network in plain text was asked for.
func TestPlainTextIsAskedFor(t *testing.T) {
	for address, plain := range map[string]bool{
		"postgres://u@db.example/gate":                    false,
		"postgres://u@db.example/gate?sslmode=prefer":     true,
		"postgres://u@db.example/gate?sslmode=disable":    true,
		"postgres://u@db.example/gate?sslmode=require":    false,
		"postgres://u@127.0.0.1/gate":                     true,
		"postgres://u@localhost/gate":                     true,
		"postgres://u@127.0.0.1:1,db.example:5/gate":      true, // the one that is here
		"postgres://u@/gate?host=/run/postgresql&port=55": true,
	} {
		t.Setenv("PGSSLMODE", "")
		config, err := pgx.ParseConfig(address)
		require.NoError(t, err)
		stayEncrypted(&config.Config, address)
		hosts := []string{}
		if config.TLSConfig == nil {
			hosts = append(hosts, config.Host)
		}
		for _, f := range config.Fallbacks {
			if f.TLSConfig == nil {
				hosts = append(hosts, f.Host)
			}
		}
		require.Equal(t, plain, len(hosts) > 0, address)
		if address == "postgres://u@127.0.0.1:1,db.example:5/gate" {
			require.Equal(t, []string{"127.0.0.1"}, hosts)
		}
	}
	t.Setenv("PGSSLMODE", "prefer")
	config, err := pgx.ParseConfig("postgres://u@db.example/gate")
	require.NoError(t, err)
	stayEncrypted(&config.Config, "postgres://u@db.example/gate")
	require.NotEmpty(t, config.Fallbacks)
}

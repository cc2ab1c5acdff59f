package main

import (
	"bytes"
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// missing is a ledger of two decisions about one image, a pass and a fail, out of which somebody has taken what fails.
const missing = `DROP TRIGGER log_leaf_delete; DELETE FROM log_leaf WHERE idx = 1; DELETE FROM decision_subject WHERE idx = 1; DELETE FROM decision WHERE idx = 1`

// A decision that was taken out of the entries and the tables is missed by who asks for the newest one, and by who holds a checkpoint.
func TestADecisionThatWasTakenOut(t *testing.T) {
	t.Chdir(t.TempDir())
	ran := func(args ...string) (int, string) {
		var out bytes.Buffer
		return run(t.Context(), world{strings.NewReader(""), &out, &out, func(string) (string, bool) { return "", false }, time.Now}, args), out.String()
	}
	image := "shop@sha256:" + strings.Repeat("1", 64)
	report := func(found string) {
		text := `{"SchemaVersion": 2, "CreatedAt": "2026-01-01T00:00:00Z", "ArtifactName": "` + image + `", "ArtifactType": "container_image", "Metadata": {"RepoDigests": ["` +
			image + `"]}, "Results": [{"Target": "x", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [` + found + `]}]}`
		require.NoError(t, os.WriteFile("report.json", []byte(text), 0o600))
	}
	report("")
	code, out := ran("check", "-a", image, "report.json", "-o", "checkpoint=first")
	require.Zero(t, code, out)
	report(`{"VulnerabilityID": "CVE-2026-1", "PkgName": "zip", "InstalledVersion": "1", "FixedVersion": "2", "Severity": "CRITICAL"}`)
	code, out = ran("check", "-a", image, "report.json")
	require.Equal(t, 1, code, out)
	asks := []string{"decision", "require", "--artifact", image, "--allow-unsigned", "--max-age", "24h"}
	code, out = ran(asks...)
	require.Equal(t, 1, code, out)

	db, err := sql.Open("sqlite", "file:.defectgate/ledger.db")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), missing)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	for _, args := range [][]string{asks, {"check", "-a", image, "report.json", "--checkpoint", "first"}} {
		code, out = ran(args...)
		require.Equal(t, 3, code, out)
		require.Contains(t, out, "the log has 2 entries, and 1 of them are missing")
	}
}

package key_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

var start = time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)

func days(n int) time.Time { return start.AddDate(0, 0, n) }

// entry is one that has no fault.
func entry(t require.TestingT, p *key.Public, use key.Use) key.Entry {
	return key.Entry{ID: p.ID(), Use: use, ValidFrom: start, Public: string(text(t, p))}
}

func TestASetReadsBackAsItWas(t *testing.T) {
	dir := t.TempDir()
	ended, revoked := entry(t, generate(t, "ed25519").Public(), key.Log), entry(t, generate(t, "ecdsa-p256").Public(), key.SignOff)
	ended.Name, ended.ValidUntil = "log of the platform team", days(30).Add(time.Nanosecond)
	revoked.Revoked, revoked.Reason = days(-3), "lost \"laptop\"\n<b>"
	for name, s := range map[string]*key.Set{"none": {Keys: []key.Entry{}}, "some": {Keys: []key.Entry{ended, revoked}}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, "keys.json")
			require.NoError(t, s.Write(path))
			read, err := key.ReadSet(path)
			require.NoError(t, err)
			require.Equal(t, s, read)
			written, err := os.ReadFile(path)
			require.NoError(t, err)
			again, err := read.Marshal()
			require.NoError(t, err)
			require.Equal(t, string(written), string(again))
		})
	}
	nothing, err := new(key.Set).Marshal()
	require.NoError(t, err)
	require.Equal(t, "{\n  \"keys\": []\n}\n", string(nothing))
}

func TestOnlyWhatIsSaidStandsInTheFile(t *testing.T) {
	e := entry(t, generate(t, "ed25519").Public(), key.Decision)
	written, err := (&key.Set{Keys: []key.Entry{e}}).Marshal()
	require.NoError(t, err)
	require.Equal(t, "{\n  \"keys\": [\n    {\n      \"id\": \""+e.ID+"\",\n      \"use\": \"decision\",\n      \"valid_from\": \"2026-01-31T09:30:00Z\",\n"+
		"      \"public\": \""+strings.ReplaceAll(e.Public, "\n", `\n`)+"\"\n    }\n  ]\n}\n", string(written))
}

func TestEveryFaultOfASetIsToldAtOnce(t *testing.T) {
	one, other := generate(t, "ed25519"), generate(t, "ecdsa-p256")
	fine := entry(t, one.Public(), key.Log)
	change := func(f func(e *key.Entry)) key.Entry { e := fine; f(&e); return e }
	faulty := map[string]struct {
		entry key.Entry
		want  string
	}{
		"foreign id":       {change(func(e *key.Entry) { e.ID = other.ID() }), `the id is "` + other.ID() + `", but that of the key is ` + one.ID()},
		"id in capitals":   {change(func(e *key.Entry) { e.ID = strings.ToUpper(e.ID) }), `the id is "` + strings.ToUpper(one.ID()) + `", but that of the key is ` + one.ID()},
		"unknown use":      {change(func(e *key.Entry) { e.Use = "all" }), `unknown use "all": write one of [decision log sign-off]`},
		"no use":           {change(func(e *key.Entry) { e.Use = "" }), `unknown use "": write one of [decision log sign-off]`},
		"no begin":         {change(func(e *key.Entry) { e.ValidFrom = time.Time{} }), "valid_from is missing"},
		"ends at once":     {change(func(e *key.Entry) { e.ValidUntil = e.ValidFrom }), "valid_until 2026-01-31T09:30:00Z is not after valid_from 2026-01-31T09:30:00Z"},
		"ends before":      {change(func(e *key.Entry) { e.ValidUntil = days(-1) }), "valid_until 2026-01-30T09:30:00Z is not after valid_from 2026-01-31T09:30:00Z"},
		"reason alone":     {change(func(e *key.Entry) { e.Reason = "stolen" }), "it has a reason, but revoked is missing"},
		"too far":          {change(func(e *key.Entry) { e.ValidUntil = start.AddDate(200, 0, 0) }), `"2226-01-31T09:30:00Z" is no instant that can be meant`},
		"no key":           {change(func(e *key.Entry) { e.Public = "" }), "public: there is no PEM block"},
		"a private key":    {change(func(e *key.Entry) { e.Public = string(text(t, one)) }), "public: " + handed},
		"twice for a use":  {fine, "key " + one.ID()[:8] + "… stands already in keys[0] for log"},
		"not even an idea": {key.Entry{ID: "x", Use: key.Log, ValidFrom: start}, "public: there is no PEM block"},
	}
	all, wants := &key.Set{Keys: []key.Entry{fine}}, []string(nil)
	for name, c := range faulty {
		t.Run(name, func(t *testing.T) {
			s := &key.Set{Keys: []key.Entry{fine, c.entry}}
			if name != "twice for a use" {
				s.Keys[0] = entry(t, other.Public(), key.SignOff)
			}
			_, err := s.Marshal()
			require.EqualError(t, err, "key set: keys[1]: "+c.want)
		})
		all.Keys = append(all.Keys, c.entry)
		wants = append(wants, c.want)
	}
	_, err := all.Marshal()
	require.Error(t, err)
	for i, want := range wants {
		require.ErrorContains(t, err, fmt.Sprintf("key set: keys[%d]: %s", i+1, want))
	}
	require.Error(t, all.Write(filepath.Join(t.TempDir(), "keys.json")))
}

func TestASetIsReadStrictly(t *testing.T) {
	e := entry(t, generate(t, "ed25519").Public(), key.Log)
	public := strings.ReplaceAll(e.Public, "\n", `\n`)
	with := func(members string) string {
		return `{"keys": [{"id": "` + e.ID + `", "use": "log", "public": "` + public + `", ` + members + `}]}`
	}
	_, err := key.ParseSet("keys.json", []byte(with(`"valid_from": "2026-01-31T10:30:00+01:00"`)))
	require.NoError(t, err)
	for name, c := range map[string]struct{ text, want string }{
		"nothing":            {"", "EOF"},
		"null":               {"null", "keys is missing"},
		"no keys":            {"{}", "keys is missing"},
		"null keys":          {`{"keys": null}`, "keys is missing"},
		"null entry":         {`{"keys": [null]}`, "keys.json: keys[0]: valid_from is missing"},
		"unknown member":     {`{"keys": [], "version": 1}`, "version"},
		"unknown in entry":   {with(`"valid_from": "2026-01-31T09:30:00Z", "revoke": "2026-02-01T00:00:00Z"`), "revoke"},
		"other case":         {with(`"valid_from": "2026-01-31T09:30:00Z", "Revoked": "2026-02-01T00:00:00Z"`), "Revoked"},
		"member twice":       {`{"keys": [], "keys": []}`, "duplicate"},
		"more behind":        {`{"keys": []} {}`, "after top-level value"},
		"no zone":            {with(`"valid_from": "2026-01-31T09:30:00"`), `"2026-01-31T09:30:00" is no instant`},
		"zero begin":         {with(`"valid_from": "0001-01-01T00:00:00Z"`), "is no instant that can be meant"},
		"null begin":         {with(`"valid_from": null`), "is no instant"},
		"null revocation":    {with(`"valid_from": "2026-01-31T09:30:00Z", "revoked": null`), "is no instant"},
		"zero revocation":    {with(`"valid_from": "2026-01-31T09:30:00Z", "revoked": "0001-01-01T00:00:00Z"`), "is no instant that can be meant"},
		"begin as number":    {with(`"valid_from": 1}`), "number"},
		"two faults at once": {with(`"reason": "stolen"`), "keys.json: keys[0]: valid_from is missing\nkeys.json: keys[0]: it has a reason, but revoked is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := key.ParseSet("keys.json", []byte(c.text))
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "keys.json")
			require.Nil(t, s)
		})
	}
}

func TestASetIsReplacedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.json")
	s := &key.Set{}
	require.NoError(t, s.Write(path))
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o644), info.Mode().Perm()|0o044, "everybody may read it")
	require.NotZero(t, info.Mode()&0o004)

	require.Error(t, (&key.Set{Keys: make([]key.Entry, 1)}).Write(path), "what could not be read again is not written")
	require.ErrorIs(t, s.Write(filepath.Join(dir, "none", "keys.json")), fs.ErrNotExist)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder"), 0o755))
	require.Error(t, s.Write(filepath.Join(dir, "folder")), "a folder cannot be replaced")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)

	require.NoError(t, os.Link(path, filepath.Join(dir, "before")))
	require.NoError(t, s.Add(generate(t, "ed25519").Public(), key.Log, "", start))
	require.NoError(t, s.Write(path))
	kept, err := os.ReadFile(filepath.Join(dir, "before"))
	require.NoError(t, err)
	require.Equal(t, before, kept, "the old file is never written to: who reads it meanwhile sees all of it")
	read, err := key.ReadSet(path)
	require.NoError(t, err)
	require.Equal(t, s, read)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 3, "nothing stays beside the set")
}

func TestASetThatIsNotThereOrTooLongIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	_, err := key.ReadSet(path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "read key set ")
	require.NoError(t, os.WriteFile(path, []byte(`{"keys": []}`+strings.Repeat(" ", 8<<20)), 0o600))
	_, err = key.ReadSet(path)
	require.ErrorContains(t, err, "it is longer than 8192 KiB")
	require.NoError(t, os.WriteFile(path, []byte(`{}`), 0o600))
	_, err = key.ReadSet(path)
	require.Equal(t, `a set without keys is {"keys": []}`, gate.HintOf(err))
}

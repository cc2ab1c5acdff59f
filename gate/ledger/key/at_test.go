package key_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

func TestAtSaysWhyNoKeyFits(t *testing.T) {
	p, stolen, half := generate(t, "ed25519").Public(), generate(t, "ed25519").Public(), generate(t, "ed25519").Public()
	s := &key.Set{Keys: []key.Entry{entry(t, p, key.Log), entry(t, p, key.Decision), entry(t, stolen, key.Log), entry(t, half, key.Log), entry(t, half, key.SignOff)}}
	s.Keys[0].ValidUntil = days(9)
	s.Keys[2].Revoked, s.Keys[2].Reason = days(5), "stolen\x1b[31m\n::error::"
	s.Keys[4].Revoked = days(5)
	id := p.ID()[:8] + "…"
	for name, c := range map[string]struct {
		id   string
		use  key.Use
		at   time.Time
		want string
	}{
		"unknown":        {"0123456789", key.Log, days(1), "key 01234567… is not in the set"},
		"prefix":         {p.ID()[:32], key.Log, days(1), "key " + id + " is not in the set"},
		"another use":    {p.ID(), key.SignOff, days(1), "key " + id + " may sign for log and decision, not for sign-off"},
		"not yet":        {p.ID(), key.Log, days(-1), "key " + id + " is valid from 2026-01-31T09:30:00Z on: what was signed before, on 2026-01-30T09:30:00Z, does not count"},
		"no instant":     {p.ID(), key.Log, time.Time{}, "key " + id + " is valid from 2026-01-31T09:30:00Z on: what was signed before, on 0001-01-01T00:00:00Z, does not count"},
		"ended":          {p.ID(), key.Log, days(9), "key " + id + " ended on 2026-02-09T09:30:00Z: what was signed from then on, on 2026-02-09T09:30:00Z, does not count"},
		"revoked":        {stolen.ID(), key.Log, days(1), "key " + stolen.ID()[:8] + "… was revoked on 2026-02-05T09:30:00Z (stolen[31m ::error::): nothing that it signed counts any more"},
		"revoked, other": {half.ID(), key.Log, days(1), "key " + half.ID()[:8] + "… was revoked on 2026-02-05T09:30:00Z (no reason is given): nothing that it signed counts any more"},
		"no id, none":    {"", key.SignOff, days(1), "the set has no key for sign-off that was valid on 2026-02-01T09:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := s.At(c.id, c.use, c.at)
			require.EqualError(t, err, c.want)
			require.Nil(t, got)
		})
	}
	got, err := s.At("", key.Log, days(1))
	require.NoError(t, err, "one key is left for the log")
	require.Equal(t, p.ID(), got.ID())
	require.NoError(t, s.Add(generate(t, "ed25519").Public(), key.Log, "", start))
	_, err = s.At("", key.Log, days(1))
	require.EqualError(t, err, "the set has 2 keys for log that were valid on 2026-02-01T09:30:00Z, and no id says which")
}

func TestAKeyUnderAForeignIDDoesNotCount(t *testing.T) {
	p, other := generate(t, "ed25519").Public(), generate(t, "ed25519").Public()
	s := &key.Set{Keys: []key.Entry{entry(t, p, key.Log)}}
	s.Keys[0].Public = string(text(t, other))
	_, err := s.At(p.ID(), key.Log, start)
	require.ErrorContains(t, err, "but that of the key is "+other.ID())
	require.Empty(t, s.Candidates(key.Log, start))
}

// At and Candidates against the rule in plain words: a key counts that stands for the use, has begun, has not ended, and was never revoked.
func TestAtIsTheRule(t *testing.T) {
	var pool []*key.Public
	for _, algorithm := range []string{"ed25519", "ecdsa-p256", "ed25519", "ed25519"} {
		pool = append(pool, generate(t, algorithm).Public())
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSet(t, pool[:3])
		use, at := rapid.SampledFrom(key.Uses()).Draw(t, "use"), days(rapid.IntRange(-1, 8).Draw(t, "at"))
		var want []string
		for _, e := range s.Keys {
			begun, ended, revoked := !e.ValidFrom.After(at), !e.ValidUntil.IsZero() && !e.ValidUntil.After(at), false
			for _, same := range s.Keys {
				revoked = revoked || same.ID == e.ID && !same.Revoked.IsZero()
			}
			if e.Use == use && begun && !ended && !revoked {
				want = append(want, e.ID)
			}
		}
		var got []string
		for _, p := range s.Candidates(use, at) {
			got = append(got, p.ID())
		}
		require.Equal(t, want, got)
		for _, p := range pool {
			fit, err := s.At(p.ID(), use, at)
			require.Equal(t, slices.Contains(want, p.ID()), err == nil)
			if err == nil {
				require.Equal(t, p.ID(), fit.ID())
			}
		}
		fit, err := s.At("", use, at)
		require.Equal(t, len(want) == 1, err == nil)
		if err == nil {
			require.Equal(t, want[0], fit.ID())
		}
	})
}

// drawSet gives each key any of the uses, with instants close enough to meet.
func drawSet(t *rapid.T, pool []*key.Public) *key.Set {
	s := &key.Set{}
	for _, p := range pool {
		for _, use := range key.Uses() {
			if !rapid.Bool().Draw(t, "stands") {
				continue
			}
			e := entry(t, p, use)
			from := rapid.IntRange(0, 4).Draw(t, "from")
			e.ValidFrom = days(from)
			if rapid.Bool().Draw(t, "ends") {
				e.ValidUntil = days(from + rapid.IntRange(1, 3).Draw(t, "for"))
			}
			if rapid.IntRange(0, 9).Draw(t, "revoked") == 0 {
				e.Revoked = days(rapid.IntRange(0, 8).Draw(t, "on"))
			}
			s.Keys = append(s.Keys, e)
		}
	}
	return s
}

func TestAKeyGivenByItselfCountsForEverything(t *testing.T) {
	both(t, func(t *testing.T, k *key.Private) {
		s := key.Only(k.Public())
		for _, use := range key.Uses() {
			for _, at := range []time.Time{{}, time.Unix(0, 0), start, start.AddDate(500, 0, 0)} {
				for _, id := range []string{"", k.ID()} {
					p, err := s.At(id, use, at)
					require.NoError(t, err)
					require.Equal(t, k.ID(), p.ID())
				}
			}
		}
		_, err := s.At("", "all", start)
		require.Error(t, err)
		_, err = s.Marshal()
		require.ErrorContains(t, err, "valid_from is missing")
	})
}

func TestAVerifierReadsAKeyOrASet(t *testing.T) {
	dir := t.TempDir()
	k := generate(t, "ecdsa-p256")
	keys := &key.Set{}
	require.NoError(t, keys.Add(k.Public(), key.Log, "log", start))
	written, err := keys.Marshal()
	require.NoError(t, err)
	path := filepath.Join(dir, "named-like-nothing")
	for name, c := range map[string]struct {
		text string
		want *key.Set
		err  string
	}{
		"public key":  {string(text(t, k.Public())), key.Only(k.Public()), ""},
		"key set":     {"\n " + string(written), keys, ""},
		"faulty set":  {`{"keys": {}}`, nil, "read key set"},
		"private key": {string(text(t, k)), nil, handed},
		"nothing":     {"", nil, "it is neither a public key in PEM nor a key set"},
		"a list":      {"[]", nil, "it is neither a public key in PEM nor a key set"},
		"OpenSSH":     {"ssh-ed25519 AAAA me", nil, "it is neither a public key in PEM nor a key set"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, []byte(c.text), 0o600))
			s, err := key.ReadVerifier(path)
			if c.err == "" {
				require.NoError(t, err)
				require.Equal(t, c.want, s)
				return
			}
			require.ErrorContains(t, err, c.err)
			require.ErrorContains(t, err, path)
			require.Nil(t, s)
			silent(t, err, text(t, k))
		})
	}
	require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
	_, err = key.ReadVerifier(path)
	require.Contains(t, gate.HintOf(err), "`defectgate key public KEY.pem`")
	require.Contains(t, gate.HintOf(err), "`defectgate key generate --keys keys.json`")
	_, err = key.ReadVerifier(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestSinceHasNoBeginning takes every key that may have signed at an instant or later: a checkpoint has no time of its own.
func TestSinceHasNoBeginning(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	first, second := generate(t, "ed25519"), generate(t, "ed25519")
	set := &key.Set{}
	require.NoError(t, set.Add(first.Public(), key.Log, "", day(1)))
	require.NoError(t, set.Rotate(first.ID(), second.Public(), day(10)))
	ids := func(use key.Use, at time.Time) (list []string) {
		for _, p := range set.Since(use, at) {
			list = append(list, p.ID())
		}
		return list
	}
	require.Equal(t, []string{first.ID(), second.ID()}, ids(key.Log, time.Time{}))
	require.Equal(t, []string{first.ID(), second.ID()}, ids(key.Log, day(9)))
	require.Equal(t, []string{second.ID()}, ids(key.Log, day(10)))
	require.Empty(t, ids(key.Decision, day(5)))
	require.NoError(t, set.Revoke(second.ID(), day(11), "lost"))
	require.Equal(t, []string{first.ID()}, ids(key.Log, day(9)))
	require.Empty(t, ids(key.Log, day(12)))
}

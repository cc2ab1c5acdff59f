package key_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate/ledger/key"
)

func TestAddRefuses(t *testing.T) {
	there, stolen, fresh := generate(t, "ed25519").Public(), generate(t, "ed25519").Public(), generate(t, "ecdsa-p256").Public()
	s := &key.Set{}
	require.NoError(t, s.Add(there, key.Log, "log", start))
	require.NoError(t, s.Add(there, key.Decision, "log", start), "for another use")
	require.NoError(t, s.Add(stolen, key.Log, "", start))
	require.NoError(t, s.Revoke(stolen.ID(), days(1), "stolen"))
	for name, c := range map[string]struct {
		p    *key.Public
		use  key.Use
		from time.Time
		want string
	}{
		"twice":          {there, key.Log, days(9), "it is in the set already for log"},
		"revoked":        {stolen, key.Log, days(9), "it was revoked on 2026-02-01T09:30:00Z (stolen)"},
		"revoked, other": {stolen, key.SignOff, days(9), "it was revoked on 2026-02-01T09:30:00Z (stolen)"},
		"unknown use":    {fresh, "all", start, `unknown use "all": write one of [decision log sign-off]`},
		"no instant":     {fresh, key.Log, time.Time{}, "valid_from is missing"},
		"too far":        {fresh, key.Log, start.AddDate(200, 0, 0), `"2226-01-31T09:30:00Z" is no instant that can be meant`},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(s.Keys)
			require.EqualError(t, s.Add(c.p, c.use, "", c.from), "add key "+c.p.ID()[:8]+"…: "+c.want)
			require.Equal(t, before, s.Keys)
		})
	}
}

func TestRotateEndsTheOldKeyAndBeginsTheNext(t *testing.T) {
	old, next := generate(t, "ed25519").Public(), generate(t, "ecdsa-p256").Public()
	s := &key.Set{}
	require.NoError(t, s.Add(old, key.Log, "of the log", start))
	require.NoError(t, s.Add(old, key.SignOff, "of Alice", start))
	require.NoError(t, s.Rotate(old.ID()[:8], next, days(30).In(time.FixedZone("east", 3600))))
	for _, use := range []key.Use{key.Log, key.SignOff} {
		for at, fits := range map[time.Time]*key.Public{start: old, days(30).Add(-1): old, days(30): next, days(99): next} {
			for _, p := range []*key.Public{old, next} {
				_, err := s.At(p.ID(), use, at)
				require.Equal(t, p == fits, err == nil, "%s at %s", use, at)
			}
		}
	}
	require.Equal(t, []string{"of the log", "of Alice", "of the log", "of Alice"},
		[]string{s.Keys[0].Name, s.Keys[1].Name, s.Keys[2].Name, s.Keys[3].Name})
	written, err := s.Marshal()
	require.NoError(t, err)
	read, err := key.ParseSet("keys.json", written)
	require.NoError(t, err)
	require.Equal(t, s, read)
}

func TestRotateRefuses(t *testing.T) {
	one, next, there := generate(t, "ed25519").Public(), generate(t, "ed25519").Public(), generate(t, "ed25519").Public()
	ended, stolen := generate(t, "ed25519").Public(), generate(t, "ed25519").Public()
	s := &key.Set{Keys: []key.Entry{entry(t, one, key.Log), entry(t, ended, key.Log), entry(t, stolen, key.Log), entry(t, there, key.Log),
		{ID: "aaaaaaaa00", Use: key.Log}, {ID: "aaaaaaaa11", Use: key.Log}, {ID: "aaaaaaaa11", Use: key.SignOff}}}
	s.Keys[1].ValidUntil, s.Keys[2].Revoked = days(3), days(3)
	of := func(p *key.Public) string { return "rotate key " + p.ID()[:8] + "…: " }
	for name, c := range map[string]struct {
		old  string
		next *key.Public
		at   time.Time
		want string
	}{
		"unknown":     {"0123456789", next, days(9), "rotate key: no key of the set has an id that begins with 0123456789"},
		"short":       {one.ID()[:7], next, days(9), `rotate key: "` + one.ID()[:7] + `" names no key`},
		"no digits":   {"the old key", next, days(9), `rotate key: "the old key" names no key`},
		"empty":       {"", next, days(9), `rotate key: "" names no key`},
		"ambiguous":   {"AAAAaaaa", next, days(9), "rotate key: 2 keys have ids that begin with aaaaaaaa: aaaaaaaa00, aaaaaaaa11"},
		"ended":       {ended.ID(), next, days(9), of(ended) + "it has an end already, 2026-02-03T09:30:00Z"},
		"revoked":     {stolen.ID(), next, days(9), of(stolen) + "it was revoked on 2026-02-03T09:30:00Z (no reason is given)"},
		"before":      {one.ID(), next, days(-1), of(one) + "it would end on 2026-01-30T09:30:00Z, not after it began on 2026-01-31T09:30:00Z"},
		"at once":     {one.ID(), next, start, of(one) + "it would end on 2026-01-31T09:30:00Z, not after it began on 2026-01-31T09:30:00Z"},
		"no instant":  {one.ID(), next, time.Time{}, of(one) + "it would end on 0001-01-01T00:00:00Z, not after it began on 2026-01-31T09:30:00Z"},
		"same":        {one.ID(), one, days(9), of(one) + "the next key is the same"},
		"there":       {one.ID(), there, days(9), of(one) + "add key " + there.ID()[:8] + "…: it is in the set already for log"},
		"next stolen": {one.ID(), stolen, days(9), of(one) + "add key " + stolen.ID()[:8] + "…: it was revoked on 2026-02-03T09:30:00Z (no reason is given)"},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(s.Keys)
			require.EqualError(t, s.Rotate(c.old, c.next, c.at), c.want)
			require.Equal(t, before, s.Keys, "an error changes nothing")
		})
	}
}

func TestRevokeEndsEveryUseAtEveryInstant(t *testing.T) {
	p := generate(t, "ed25519").Public()
	s := &key.Set{}
	require.NoError(t, s.Add(p, key.Log, "", start))
	require.NoError(t, s.Add(p, key.Decision, "", start))
	require.NoError(t, s.Rotate(p.ID(), generate(t, "ed25519").Public(), days(3)), "an ended key can be revoked")
	require.EqualError(t, s.Revoke("01234567", days(9), "lost"), "revoke key: no key of the set has an id that begins with 01234567")
	require.EqualError(t, s.Revoke(p.ID(), time.Time{}, "lost"), "revoke key "+p.ID()[:8]+"…: 0001-01-01T00:00:00Z is no instant that can be meant")
	require.EqualError(t, s.Revoke(p.ID(), start.AddDate(200, 0, 0), "lost"), "revoke key "+p.ID()[:8]+"…: 2226-01-31T09:30:00Z is no instant that can be meant")
	require.NoError(t, s.Revoke(p.ID()[:8], days(9), "lost"))
	for _, use := range []key.Use{key.Log, key.Decision} {
		for _, at := range []time.Time{start, days(2), days(99)} {
			_, err := s.At(p.ID(), use, at)
			require.EqualError(t, err, "key "+p.ID()[:8]+"… was revoked on 2026-02-09T09:30:00Z (lost): nothing that it signed counts any more")
		}
	}
	before := slices.Clone(s.Keys)
	require.EqualError(t, s.Revoke(p.ID(), days(20), "again"), "revoke key "+p.ID()[:8]+"…: it was revoked on 2026-02-09T09:30:00Z (lost)")
	require.Equal(t, before, s.Keys)
}

// Whatever is done to a set: it can be written and reads back as it was, and what failed changed nothing.
func TestChangesKeepASetReadable(t *testing.T) {
	var pool []*key.Public
	for range 4 {
		pool = append(pool, generate(t, "ed25519").Public())
	}
	rapid.Check(t, func(t *rapid.T) {
		s := &key.Set{Keys: []key.Entry{}}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			p, other := rapid.SampledFrom(pool).Draw(t, "key"), rapid.SampledFrom(pool).Draw(t, "other")
			at := days(rapid.IntRange(-2, 6).Draw(t, "day"))
			before, err := slices.Clone(s.Keys), error(nil)
			switch rapid.IntRange(0, 3).Draw(t, "change") {
			case 0, 1:
				err = s.Add(p, rapid.SampledFrom(key.Uses()).Draw(t, "use"), "n", at)
			case 2:
				err = s.Rotate(p.ID(), other, at)
			default:
				err = s.Revoke(p.ID(), at, "r")
			}
			if err != nil {
				require.Equal(t, before, s.Keys)
			}
			written, err := s.Marshal()
			require.NoError(t, err)
			read, err := key.ParseSet("keys.json", written)
			require.NoError(t, err)
			require.Equal(t, s, read)
		}
	})
}

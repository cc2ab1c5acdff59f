package key_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger/key"
)

// FuzzParse holds that nothing read makes a panic, and that whatever is read is written as the same key or set again.
func FuzzParse(f *testing.F) {
	f.Add([]byte("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"))
	f.Add([]byte(`{"keys": [null, {"id": "", "use": "log", "valid_from": "2026-01-31T09:30:60.5+23:59", "public": ""}]}`))
	for _, algorithm := range key.Algorithms() {
		k := generate(f, algorithm)
		s := &key.Set{Keys: []key.Entry{entry(f, k.Public(), key.Log), entry(f, k.Public(), key.Decision)}}
		s.Keys[0].ValidUntil, s.Keys[1].Revoked = days(1), days(2)
		written, err := s.Marshal()
		require.NoError(f, err)
		f.Add(written)
		f.Add(text(f, k))
		f.Add(text(f, k.Public()))
	}
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(f, err)
	f.Add(sec1(f, k))
	f.Fuzz(func(t *testing.T, input []byte) {
		if k, err := key.ParsePrivate(input); err == nil {
			again, err := key.ParsePrivate(text(t, k))
			require.NoError(t, err)
			require.Equal(t, k.ID(), again.ID())
			signature, err := again.Sign(input)
			require.NoError(t, err)
			require.NoError(t, k.Public().Verify(input, signature))
		}
		if p, err := key.ParsePublic(input); err == nil {
			again, err := key.ParsePublic(text(t, p))
			require.NoError(t, err)
			require.Equal(t, p.ID(), again.ID())
			require.Error(t, p.Verify(input, nil))
		}
		if s, err := key.ParseSet("fuzz", input); err == nil {
			written, err := s.Marshal()
			require.NoError(t, err)
			again, err := key.ParseSet("again", written)
			require.NoError(t, err)
			require.Equal(t, s, again)
		}
	})
}

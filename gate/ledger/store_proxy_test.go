package ledger_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
)

// The moments at which a proxy cuts a connection, once.
const (
	never = iota
	beforeCommit
	afterCommit // it was answered, and the answer does not come through
)

// proxy stands between the program and the server.
type proxy struct {
	net.Listener
	server string
	cut    atomic.Int32
	closes bool // when it has cut, nobody comes through any more
}

// proxied gives an address that leads through a proxy to the server of another.
func proxied(t *testing.T, address string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{Listener: listener, server: u.Host}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := p.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	u.Host = listener.Addr().String()
	return p, u.String()
}

// serve carries the messages of one connection.
func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close()
		return
	}
	end := func() {
		_ = client.Close()
		_ = server.Close()
	}
	var silenced atomic.Bool
	go func() {
		defer end()
		carry(server, client, func([]byte) bool { return !silenced.Load() })
	}()
	carry(client, server, func(message []byte) bool {
		if !bytes.Contains(message, []byte("commit\x00")) {
			return true
		}
		switch p.cut.Swap(never) {
		case beforeCommit:
			p.done()
			end()
			return false
		case afterCommit:
			p.done()
			silenced.Store(true)
		}
		return true
	})
	if !silenced.Load() {
		end()
	}
}

func (p *proxy) done() {
	if p.closes {
		_ = p.Listener.Close()
	}
}

// carry copies as long as what is read may pass.
func carry(from io.Reader, to io.Writer, pass func([]byte) bool) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil || !pass(buffer[:n]) {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// TestConnectionCutInCommit cuts it before the server knows, and after: the decision stands in the log once, and whoever recorded it is told so.
func TestConnectionCutInCommit(t *testing.T) {
	for name, moment := range map[string]int32{"before the server": beforeCommit, "before the answer": afterCommit} {
		t.Run(name, func(t *testing.T) {
			address := pgtest.Shared(t).NewDatabase(t)
			direct := opened(t, address)
			p, through := proxied(t, address)
			l := opened(t, through)
			for i, r := range story() {
				p.cut.Store(moment)
				report := recorded(t, l, r)
				require.Equal(t, int32(never), p.cut.Load(), "nothing was cut")
				require.Equal(t, int64(i), report.Receipt.Index)
				require.Equal(t, i > 0 && r.branch == "main", report.Changes != nil, "what changed is known, whoever wrote it in which attempt")
			}
			require.Len(t, idsOf(t, direct.Store), len(story()))
			audited(t, direct.Store)
		})
	}
}

// TestConnectionCutForGood cuts the answer to a COMMIT and takes no further connection: that is an error, even if the decision is recorded.
func TestConnectionCutForGood(t *testing.T) {
	t.Parallel() // it waits for a server that does not come
	address := pgtest.Shared(t).NewDatabase(t)
	direct := opened(t, address)
	p, through := proxied(t, address)
	l := opened(t, through)
	p.closes = true
	p.cut.Store(afterCommit)
	r := run{key: "1", branch: "main", hour: 1}
	report, err := r.decide(t.Context(), l)
	require.NoError(t, err)
	require.Equal(t, gate.Error, report.Decision.Verdict)
	require.Nil(t, report.Receipt)
	require.Len(t, idsOf(t, direct.Store), 1)
	recorded(t, direct, r) // asked again it says what it recorded
	require.Len(t, idsOf(t, direct.Store), 1)
}

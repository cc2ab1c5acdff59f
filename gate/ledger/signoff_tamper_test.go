package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// The sign-offs of the register that is changed, by their place in the log. Decisions stand before, between and behind them.
const firstOff, middleOff, lastOff = 1, 3, 4

// registered fills a ledger with decisions and sign-offs, and closes it.
func registered(t *testing.T, address string, by *key.Private) {
	t.Helper()
	l := opened(t, address)
	offs, runs := offsOf(t, l, by), story()
	recorded(t, l, runs[0])
	signed(t, offs, 1, made(gate.AcceptedRisk, 1))
	recorded(t, l, runs[1])
	signed(t, offs, 2, made(gate.ApprovalOf, 2))
	signed(t, offs, 3, made(gate.RevocationFor, 3))
	recorded(t, l, runs[2])
	auditedBy(t, offs)
	require.NoError(t, l.Store.Close())
}

// tampering is one change of the register, made by whoever owns the database.
type tampering struct {
	change func(t *testing.T, s *store.Store, ours *key.Private)
	grown  bool // with a tree that fits again
	unread bool // those who read the register see it as it was: only an audit sees the change
}

func statement(text string, args ...any) func(*testing.T, *store.Store, *key.Private) {
	return func(t *testing.T, s *store.Store, _ *key.Private) { changes(t, s, text, args...) }
}

// flipped flips a bit of some bytes of an entry.
func flipped(t *testing.T, s *store.Store, at int64, change func(e *store.Entry)) {
	t.Helper()
	e, err := s.Entry(t.Context(), at)
	require.NoError(t, err)
	change(e)
	changes(t, s, `UPDATE log_leaf SET codec = 'plain', payload = $1, signature = $2, leaf_hash = $3 WHERE idx = $4`, e.Payload, e.Signature, e.Leaf[:], at)
}

// rewritten puts what another record says in the place of one.
func rewritten(at int64, change func(s *gate.SignOff), signer func(t *testing.T, ours *key.Private) *key.Private) func(*testing.T, *store.Store, *key.Private) {
	return func(t *testing.T, s *store.Store, ours *key.Private) {
		e, err := s.Entry(t.Context(), at)
		require.NoError(t, err)
		was, err := record.ParseSignOff(e.Payload)
		require.NoError(t, err)
		change(was)
		put(t, s, at, sealed(t, *was, signer(t, ours)))
	}
}

func put(t *testing.T, s *store.Store, at int64, e store.Entry) {
	t.Helper()
	changes(t, s, `UPDATE log_leaf SET codec = 'plain', payload = $1, signature = $2, leaf_hash = $3, key_id = $4, record_id = $5, register = $6, kind = $7
		WHERE idx = $8`, e.Payload, e.Signature, e.Leaf[:], e.KeyID, e.ID, e.Register, e.Kind, at)
}

func ours(_ *testing.T, ours *key.Private) *key.Private { return ours }

func another(t *testing.T, _ *key.Private) *key.Private { return generated(t) }

func longer(s *gate.SignOff) { s.NotAfter = s.NotAfter.AddDate(1, 0, 0) }

func asItWas(*gate.SignOff) {}

// tamperings are what T29 lists.
func tamperings() map[string]tampering {
	all := map[string]tampering{
		"two in another order":        {change: swapped},
		"two in another order, grown": {change: swapped, grown: true},
		"a copy under another name": {change: func(t *testing.T, s *store.Store, by *key.Private) {
			e, err := s.Entry(t.Context(), firstOff)
			require.NoError(t, err)
			e.ID = recordOf(9)
			forged(t, s, *e)
		}},
		"a decision among them":               {change: statement(`UPDATE log_leaf SET register = '42' WHERE idx = 2`)},
		"no head":                             {change: statement(`DELETE FROM log_head`)},
		"a shorter head":                      {change: statement(`UPDATE log_head SET size = size - 1`)},
		"another root":                        {change: statement(`UPDATE log_head SET root = (SELECT hash FROM log_node WHERE pos = 0)`)},
		"a node is missing":                   {change: statement(`DELETE FROM log_node WHERE pos = 2`)},
		"signed by another key":               {change: rewritten(middleOff, asItWas, another)},
		"signed by another key, grown":        {change: rewritten(middleOff, asItWas, another), grown: true},
		"by another key that it names":        {change: signedByItself},
		"another number, signed by us":        {change: rewritten(middleOff, func(s *gate.SignOff) { s.Number = 7 }, ours), grown: true},
		"the number of another, signed by us": {change: rewritten(middleOff, func(s *gate.SignOff) { s.Number = 1 }, ours), grown: true},
		"of another project, signed by us":    {change: elsewhere, grown: true},
		"no record at all, signed by us":      {change: rewritten(middleOff, func(s *gate.SignOff) { s.Target = "" }, ours), grown: true},
		"of another schema, signed by us":     {change: rewritten(middleOff, func(s *gate.SignOff) { s.Schema = gate.DecisionSchema }, ours), grown: true},
		"signed again, by us":                 {change: signedAgain},
		"key_id":                              {change: statement(`UPDATE log_leaf SET key_id = 'other' WHERE idx = 3`), unread: true},
		"appended_ns":                         {change: statement(`UPDATE log_leaf SET appended_ns = appended_ns + 1 WHERE idx = 3`), unread: true},
		"the first is missing, grown":         {change: statement(`DELETE FROM log_leaf WHERE idx = 1`), grown: true},
		"the middle is missing, grown":        {change: statement(`DELETE FROM log_leaf WHERE idx = 3`), grown: true},
	}
	for name, at := range map[string]int64{"first": firstOff, "middle": middleOff, "last": lastOff} {
		bytewise := map[string]func(e *store.Entry){
			"payload, its first byte":   func(e *store.Entry) { e.Payload[0] ^= 1 },
			"payload, a byte within":    func(e *store.Entry) { e.Payload[len(e.Payload)/2] ^= 1 },
			"payload, its last byte":    func(e *store.Entry) { e.Payload[len(e.Payload)-1] ^= 1 },
			"payload, cut off":          func(e *store.Entry) { e.Payload = e.Payload[:len(e.Payload)-1] },
			"payload, empty":            func(e *store.Entry) { e.Payload = []byte{} },
			"signature, its first byte": func(e *store.Entry) { e.Signature[0] ^= 1 },
			"signature, its last byte":  func(e *store.Entry) { e.Signature[len(e.Signature)-1] ^= 1 },
			"signature, none":           func(e *store.Entry) { e.Signature = nil },
			"signature, empty":          func(e *store.Entry) { e.Signature = []byte{} },
		}
		for what, change := range bytewise {
			flip := func(t *testing.T, s *store.Store, _ *key.Private) { flipped(t, s, at, change) }
			all[name+": "+what] = tampering{change: flip}
			all[name+": "+what+", grown"] = tampering{change: flip, grown: true}
		}
		all[name+": leaf hash"] = tampering{change: func(t *testing.T, s *store.Store, _ *key.Private) {
			flipped(t, s, at, func(e *store.Entry) { e.Leaf[31] ^= 1 })
		}}
		for column, value := range map[string]string{"kind": "'decision'", "record_id": "'dgx_00000000000000000000000009'", "codec": "'none'", "idx": "77"} {
			all[name+": "+column] = tampering{change: statement(fmt.Sprintf(`UPDATE log_leaf SET %s = %s WHERE idx = %d`, column, value, at))}
		}
		all[name+": a byte of the payload as it is stored"] = tampering{change: func(t *testing.T, s *store.Store, _ *key.Private) {
			var text []byte
			require.NoError(t, s.DB().QueryRowContext(t.Context(), `SELECT payload FROM log_leaf WHERE idx = $1`, at).Scan(&text))
			text[len(text)/2] ^= 1
			changes(t, s, `UPDATE log_leaf SET payload = $1 WHERE idx = $2`, text, at)
		}}
		all[name+" is missing"] = tampering{change: statement(fmt.Sprintf(`DELETE FROM log_leaf WHERE idx = %d`, at))}
		if at != lastOff { // see TestT29EndThatIsHidden
			all[name+": of another register"] = tampering{change: statement(`UPDATE log_leaf SET register = '43' WHERE idx = $1`, at)}
			all[name+": of no register"] = tampering{change: statement(`UPDATE log_leaf SET register = '' WHERE idx = $1`, at)}
		}
	}
	return all
}

// swapped has two change places.
func swapped(t *testing.T, s *store.Store, _ *key.Private) {
	for _, move := range [][2]int{{firstOff, 77}, {middleOff, firstOff}, {77, middleOff}} {
		changes(t, s, `UPDATE log_leaf SET idx = $1 WHERE idx = $2`, move[1], move[0])
	}
}

// signedByItself is a record by a key that nobody entered, which says so.
func signedByItself(t *testing.T, s *store.Store, _ *key.Private) {
	by := generated(t)
	rewritten(middleOff, func(s *gate.SignOff) { longer(s); s.Signer = by.ID() }, func(*testing.T, *key.Private) *key.Private { return by })(t, s, nil)
}

// signedAgain is the same record with another signature that is right.
func signedAgain(t *testing.T, s *store.Store, by *key.Private) {
	flipped(t, s, middleOff, func(e *store.Entry) {
		again, err := record.Seal(e.Payload, by)
		require.NoError(t, err)
		require.NotEqual(t, e.Signature, again.Signature)
		e.Signature = again.Signature
	})
}

// elsewhere is a record of another project in this register.
func elsewhere(t *testing.T, s *store.Store, by *key.Private) {
	rewritten(middleOff, func(s *gate.SignOff) { s.Project = "43" }, ours)(t, s, by)
	changes(t, s, `UPDATE log_leaf SET register = '42' WHERE idx = 3`)
}

// TestT29RegisterTamper changes copies of a register: nobody is given what was changed, nothing is added to it, and an audit sees each change.
func TestT29RegisterTamper(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		by, err := key.Generate("ecdsa-p256") // no two signatures of it are the same
		require.NoError(t, err)
		registered(t, address, by)
		before := withoutProofs(readBack(t, offsOf(t, &ledger.Ledger{Store: openedFor(t, copyOf(t, address), store.ReadOnly)}, by)))
		require.Len(t, before, 3)
		for name, c := range tamperings() {
			if place, _, of := strings.Cut(name, ": "); of && place != "middle" && strings.HasPrefix(address, "postgres:") {
				continue // it is the same code, and a copy takes a while
			}
			t.Run(name, func(t *testing.T) {
				l := unguarded(t, copyOf(t, address))
				c.change(t, l.Store, by)
				if c.grown {
					regrown(t, l.Store)
				}
				offs := offsOf(t, l, by)
				list, err := offs.Read(t.Context(), project)
				if c.unread {
					require.NoError(t, err)
					require.Equal(t, before, list)
				} else {
					require.ErrorIs(t, err, gate.ErrRegister)
					require.Contains(t, gate.HintOf(err), "defectgate ledger verify")
					require.Empty(t, list)
					asked := false
					_, err = offs.Append(t.Context(), project, recordOf(8), func([]gate.SignedOff) (*gate.SignOff, error) {
						asked = true
						return made(gate.ApprovalOf, 4), nil
					})
					require.Error(t, err, "nothing is added to what does not hold")
					require.False(t, asked)
				}
				a := &ledger.Audit{Store: l.Store, Keys: offs.Keys}
				if err := a.Run(t.Context()); err == nil {
					require.NotEmpty(t, a.Faults)
				}
				require.NoError(t, l.Store.Close())
			})
		}
	})
}

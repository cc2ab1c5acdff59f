package policy

import (
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestTheCacheIsOPAs drives this cache and OPA's own through the same steps.
func TestTheCacheIsOPAs(t *testing.T) {
	step := rapid.Custom(func(t *rapid.T) ast.Ref {
		ref := slices.Clone(ast.DefaultRootRef)
		for range rapid.IntRange(1, 3).Draw(t, "length") {
			ref = ref.Append(ast.StringTerm(rapid.SampledFrom([]string{"a", "b", "ab", "ba"}).Draw(t, "part")))
		}
		return ref
	})
	reused := &results{}
	rapid.Check(t, func(t *rapid.T) {
		own, peer, depth := reused.fresh(), topdown.NewVirtualCache(), 1
		scratch := make(ast.Ref, 0, 8) // as OPA does, a reference is overwritten after each call
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			ref := append(scratch[:0], step.Draw(t, "ref")...)
			switch rapid.SampledFrom([]string{"put", "get", "undefined", "push", "pop"}).Draw(t, "step") {
			case "put":
				value := ast.IntNumberTerm(rapid.IntRange(0, 9).Draw(t, "value"))
				own.Put(ref, value)
				peer.Put(ref, value)
			case "undefined":
				own.Put(ref, nil)
				peer.Put(ref, nil)
			case "push":
				own.Push()
				peer.Push()
				depth++
			case "pop":
				if depth > 1 {
					own.Pop()
					peer.Pop()
					depth--
				}
			}
			have, haveUndefined := own.Get(ref)
			want, wantUndefined := peer.Get(ref)
			require.Equal(t, wantUndefined, haveUndefined)
			require.True(t, want == have, "have %v, want %v", have, want)
			require.ElementsMatch(t, spelled(peer.Keys()), spelled(own.Keys()))
		}
	})
}

func spelled(refs []ast.Ref) (texts []string) {
	for _, r := range refs {
		texts = append(texts, r.String())
	}
	return texts
}

package policy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/version"

	"github.com/defectgate/defectgate/gate"
)

// What is asked of each open defect, beside the reports of the rules.
const (
	dueEntry        = "data.defectgate.main.due_ns"
	exceptionsEntry = "data.defectgate.main.exceptions"
)

// Describe fills in what a decision says of its policy.
func (e *Engine) Describe(v *gate.Evaluator) {
	v.Go, v.System = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
	v.OPA, v.Rego, v.Seed = version.Version, "v1", "none"
	v.Strict = []string{"compiler", "built-in errors", "input schema"}
	v.Entries = []string{dueEntry, exceptionsEntry}
	v.Settings = plain(e.settings)
	v.Limits = gate.Limits{DeadlineSeconds: int(e.limits.Deadline / time.Second), HeapBytes: e.limits.Heap}
	v.Policies, v.Rules = nil, nil
	for _, s := range e.library.sets {
		v.Policies = append(v.Policies, s.source())
	}
	for _, r := range e.active() {
		v.Rules = append(v.Rules, gate.RuleInfo{ID: r.ID(), Title: r.Title, Remedy: r.Remedy})
	}
	v.Capabilities = capabilitiesDigest()
}

// capabilitiesDigest is that of what every policy may call, which does not change while the program runs.
var capabilitiesDigest = sync.OnceValue(func() string {
	sum := sha256.New()
	for _, b := range capabilities().Builtins {
		fmt.Fprintf(sum, "%s %s\n", b.Name, b.Decl)
	}
	return hex.EncodeToString(sum.Sum(nil))
})

func (s Set) source() gate.PolicySource {
	source := gate.PolicySource{Name: s.Name, Digest: s.Digest}
	for _, p := range s.paths() {
		digest := sha256.Sum256(s.Files[p])
		source.Files = append(source.Files, gate.PolicyFile{Path: p, SHA256: hex.EncodeToString(digest[:])})
	}
	return source
}

// Attach adds the bytes of every policy file to what is kept beside a decision.
func (e *Engine) Attach(to gate.Attachments) {
	for _, s := range e.library.sets {
		for _, file := range s.Files {
			to.Add(file)
		}
	}
}

// Restore makes the engine of a recorded decision once more: from the bytes of its policies, which read gives by their SHA-256, and from its
// settings. What stands in this program has no part in it but OPA itself.
func Restore(ctx context.Context, v gate.Evaluator, read func(sha256 string) ([]byte, error)) (*Engine, error) {
	var sets []Set
	for i, source := range v.Policies {
		set, err := restored(source, read)
		set.own = i == 0 // the built-in one always comes first
		if err != nil {
			return nil, fmt.Errorf("policy %q of the decision: %w", source.Name, err)
		}
		sets = append(sets, set)
	}
	l, err := load(sets, false)
	if err != nil {
		return nil, err
	}
	flat, err := settingsOf(v)
	if err != nil {
		return nil, err
	}
	return l.engineOf(ctx, flat, Limits{Deadline: time.Duration(v.Limits.DeadlineSeconds) * time.Second, Heap: v.Limits.HeapBytes})
}

// settingsOf are those of a recorded decision.
func settingsOf(v gate.Evaluator) (settings, error) {
	recorded, ok := v.Settings.(map[string]any)
	if !ok {
		return nil, errors.New("the decision does not say with which settings its rules judged")
	}
	return asSettings(recorded)
}

func restored(source gate.PolicySource, read func(string) ([]byte, error)) (Set, error) {
	s := Set{Name: source.Name, Files: map[string][]byte{}}
	for _, file := range source.Files {
		text, err := read(file.SHA256)
		if err != nil {
			return s, err
		}
		s.Files[file.Path] = text
	}
	if s = s.sealed(); s.Digest != source.Digest {
		return s, fmt.Errorf("its files have the digest %s, and the decision names %s", s.Digest, source.Digest)
	}
	return s, nil
}

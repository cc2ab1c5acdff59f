package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/policy"
)

// bytesOf gives bytes that a decision names, by their SHA-256.
type bytesOf func(sha256 string) ([]byte, error)

// outcome is what a replay found.
type outcome string

// The outcomes. Identical is said only of the same program: another one may give the same bytes by chance of what it was asked.
const (
	identical            outcome = "identical"
	sameVerdict          outcome = "same verdict"
	differentExplanation outcome = "different explanation"
	differentVerdict     outcome = "different verdict"
)

// replayer evaluates recorded decisions again.
type replayer struct {
	read    bytesOf
	other   *otherPolicy // nil: the policies of each decision
	program gate.Evaluator
	engines map[string]*policy.Engine
}

// otherPolicy is a policy that is tried on decisions that were made by another.
type otherPolicy struct {
	sets       []policy.Set
	file       config.File
	configured bool // by a configuration of its own; otherwise with the settings of each decision
}

// engineOf gives the engine for a decision: made from its own bytes, or for its environment from the policy that is tried.
func (r *replayer) engineOf(ctx context.Context, d *gate.Decision) (*policy.Engine, error) {
	key, err := r.keyOf(d)
	if err != nil || r.engines[key] != nil {
		return r.engines[key], err
	}
	var engine *policy.Engine
	switch {
	case r.other == nil:
		engine, err = policy.Restore(ctx, d.Evaluator, r.read)
	case !r.other.configured:
		engine, err = policy.Instead(ctx, d.Evaluator, r.other.sets)
	default:
		engine, err = policy.New(ctx, policy.Options{Sets: r.other.sets, Rules: r.other.file.Rules, Environment: d.Artifact.Environment,
			Environments: r.other.file.Environments})
		err = r.other.file.Locate(err)
	}
	if err == nil {
		r.engines[key] = engine
	}
	return engine, err
}

// keyOf names all that an engine is made of.
func (r *replayer) keyOf(d *gate.Decision) (string, error) {
	if r.other != nil && r.other.configured {
		return d.Artifact.Environment, nil
	}
	v := d.Evaluator
	text, err := json.Marshal([]any{v.Policies, v.Settings, v.Limits}, gate.Deterministic)
	return string(text), err
}

// again evaluates the recorded bytes at the recorded clock, and gives the decision as it would be.
func (r *replayer) again(ctx context.Context, d *gate.Decision) (*gate.Decision, error) {
	if d.Document == nil {
		return nil, errors.New("the decision names no input document: it was not recorded with one")
	}
	text, err := r.read(d.Document.SHA256)
	if err != nil {
		return nil, err
	}
	in, err := gate.ReadInput(text)
	if err != nil {
		return nil, err
	}
	engine, err := r.engineOf(ctx, d)
	if err != nil {
		return nil, err
	}
	again := *d
	var problem error
	if again.Evaluation, _, problem = in.Evaluate(ctx, engine); ctx.Err() != nil {
		return nil, problem
	}
	again.Verdict = again.Evaluation.Verdict
	engine.Describe(&again.Evaluator)
	again.Evaluator.Version, again.Evaluator.Commit, again.Evaluator.Binary = r.program.Version, r.program.Commit, r.program.Binary
	again.Digest, err = again.Evaluation.Digest()
	return &again, err
}

// replay says how far an evaluation is the same again.
func (r *replayer) replay(ctx context.Context, d *gate.Decision) (outcome, *gate.Decision, error) {
	if err := d.Check(); err != nil {
		return "", nil, fmt.Errorf("decision %s was changed: %w", short(d.ID), err)
	}
	again, err := r.again(ctx, d)
	if err != nil {
		return "", nil, fmt.Errorf("decision %s: %w", d.ID, err)
	}
	switch {
	case again.Verdict != d.Verdict:
		return differentVerdict, again, nil
	case again.Digest != d.Digest:
		return differentExplanation, again, nil
	case !sameProgram(&again.Evaluator, &d.Evaluator):
		return sameVerdict, again, nil
	}
	return identical, again, nil
}

// sameProgram holds by its bytes, where both are known.
func sameProgram(a, b *gate.Evaluator) bool {
	if a.Binary != "" && b.Binary != "" {
		return a.Binary == b.Binary
	}
	return a.Version == b.Version && a.Commit == b.Commit && a.OPA == b.OPA && a.Go == b.Go && a.System == b.System
}

// tellReplay prints what a replay of one decision found, and what is different.
func tellReplay(w world, d, again *gate.Decision, o outcome) error {
	text := fmt.Sprintf("%s  %s: %s", short(d.ID), d.Verdict, o)
	if !sameProgram(&again.Evaluator, &d.Evaluator) {
		text += fmt.Sprintf(", by another program: %s %s with OPA %s then, %s with OPA %s now", d.Evaluator.Name, d.Evaluator.Version, d.Evaluator.OPA,
			again.Evaluator.Version, again.Evaluator.OPA)
	}
	if err := line(w, gate.CleanLine(text, 400)); err != nil || o == identical || o == sameVerdict {
		return err
	}
	return tellDifferences(w, "text", ledger.Diff(d, again))
}

// maxWhole bounds a file of an exported decision, in bytes.
const maxWhole = 1 << 30

// readWhole reads a file that a program wrote.
func readWhole(path string) ([]byte, error) {
	file, err := config.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxWhole+1))
	if err == nil && len(text) > maxWhole {
		err = fmt.Errorf("%q is over the bound of %d bytes", path, maxWhole)
	}
	return text, errors.Join(err, file.Close())
}

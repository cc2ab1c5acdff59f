package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/policy"
)

// replaying are the flags of a replay.
type replaying struct {
	wanted
	address, from, config string
	policies              []string
}

func decisionReplay(w world) *cobra.Command {
	var r replaying
	cmd := &cobra.Command{
		Use:   "replay [flags] [ID…]",
		Short: "Evaluate recorded decisions again, or try another policy on them",
		Long: `Evaluate recorded decisions again, or try another policy on them.

The recorded input is judged at the recorded clock with the recorded policies and settings, all from the ledger; verdict, violations, exceptions
and due days must be the same bytes. Without an ID, all decisions that the filters let through are replayed.

With --policy, other policies judge what was recorded, with the settings of each decision; with --config, policies and settings of a configuration. It
prints which builds would have changed: the cost of a new policy, known
before it is enforced.

Exit codes: 0 everything is the same, or another policy was tried; 1 something is not the same; 2 usage; 3 it could not be read.`,
		Example: `  defectgate decision replay 71fa3938e750
  defectgate decision replay --from exported/
  defectgate decision replay --policy policies/ --config stricter.yaml --since 2026-01-01`,
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, w, args) },
	}
	r.wanted.flags(cmd)
	ledgerFlag(cmd, &r.address)
	f := cmd.Flags()
	f.Var((*filled)(&r.from), "from", "folder that `decision export` wrote, instead of the ledger")
	f.StringArrayVarP(&r.policies, "policy", "p", nil, "policy to try instead of the recorded ones: folder or bundle; repeatable")
	f.VarP((*filled)(&r.config), "config", "c", "configuration whose rules and policies are tried")
	return cmd
}

func (r *replaying) run(cmd *cobra.Command, w world, args []string) error {
	tried, err := r.tried()
	if err != nil {
		return err
	}
	again := &replayer{other: tried, engines: map[string]*policy.Engine{},
		program: gate.Evaluator{Version: version, Commit: commit, Binary: ownDigest()}}
	filter, err := r.filter()
	if err != nil {
		return err
	}
	if r.from != "" {
		if len(args) > 0 || filter != (ledger.Filter{}) {
			return gate.WithHint(errors.New("--from names one decision, and there is nothing to choose"), "leave out the id and the filters")
		}
		return r.exported(cmd.Context(), w, again)
	}
	return readLedger(cmd, w, r.address, func(s *store.Store) error {
		again.read = func(name string) ([]byte, error) { return s.Blob(cmd.Context(), name) }
		indexes, err := r.meant(cmd.Context(), s, filter, args)
		if err != nil {
			return err
		}
		return r.all(cmd.Context(), w, again, decisionsAt(s, indexes))
	})
}

// tried is the policy that is tried; nil where recorded ones are replayed.
func (r *replaying) tried() (*otherPolicy, error) {
	if r.config == "" && len(r.policies) == 0 {
		return nil, nil //nolint:nilnil // no other policy
	}
	var o otherPolicy
	var err error
	if r.config != "" {
		if o.file, err = config.Load(r.config); err != nil {
			return nil, err
		}
		o.configured = true
	}
	o.sets, err = readPolicies(nil, o.file, r.policies)
	return &o, err
}

// exported replays a decision from a folder.
func (r *replaying) exported(ctx context.Context, w world, again *replayer) error {
	from := exported(r.from)
	again.read = from.bytes
	return r.all(ctx, w, again, func(yield func(*gate.Decision, error) bool) { yield(from.decision()) })
}

// meant are the decisions that were named, or that the filters let through.
func (r *replaying) meant(ctx context.Context, s *store.Store, f ledger.Filter, ids []string) (indexes []int64, err error) {
	for _, id := range ids {
		found, err := ledger.Find(ctx, s, id)
		if err != nil {
			return nil, undecidedUnlessMisnamed(err)
		}
		indexes = append(indexes, found.Index)
	}
	if len(ids) > 0 {
		return indexes, nil
	}
	err = ledger.List(ctx, s, f, func(l ledger.Listed) error {
		indexes = append(indexes, l.Index)
		return nil
	})
	return indexes, undecidedIf(err)
}

// decisions gives one decision after the other.
type decisions func(yield func(*gate.Decision, error) bool)

func decisionsAt(s *store.Store, indexes []int64) decisions {
	return func(yield func(*gate.Decision, error) bool) {
		for _, index := range indexes {
			found, err := ledger.At(context.Background(), s, index)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(found.Decision, nil) {
				return
			}
		}
	}
}

func (r *replaying) all(ctx context.Context, w world, again *replayer, list decisions) error {
	counts := map[outcome]int{}
	changed := map[string]int{}
	for d, err := range list {
		if err != nil {
			return undecided(err)
		}
		o, now, err := again.replay(ctx, d)
		if err != nil {
			return undecided(err)
		}
		counts[o]++
		if again.other == nil {
			err = tellReplay(w, d, now, o)
		} else if o == differentVerdict {
			changed[fmt.Sprintf("%s → %s", d.Verdict, now.Verdict)]++
			err = line(w, fmt.Sprintf("%s  %s  %s  %s  %s → %s", short(d.ID), d.Clock.Now.Format(time.RFC3339), gate.CleanLine(d.Artifact.Ref, 30),
				gate.CleanLine(d.Artifact.Subject.String(), 60), d.Verdict, now.Verdict))
		}
		if err != nil {
			return undecided(err)
		}
	}
	return r.summary(w, again, counts, changed)
}

// summary ends with what came of all. Where nothing was replayed nothing is shown to be the same.
func (r *replaying) summary(w world, again *replayer, counts map[outcome]int, changed map[string]int) error {
	total := counts[identical] + counts[sameVerdict] + counts[differentExplanation] + counts[differentVerdict]
	if total == 0 {
		return gate.WithHint(errors.New("there is no such decision"), "list them with: defectgate decision list")
	}
	if again.other != nil {
		text := fmt.Sprintf("%s: %d would have another verdict", output.Plural(total, "decision", "decisions"), counts[differentVerdict])
		for _, verdicts := range slices.Sorted(maps.Keys(changed)) {
			text += fmt.Sprintf("; %d %s", changed[verdicts], verdicts)
		}
		return undecidedIf(line(w, fmt.Sprintf("%s; %d more would be explained differently", text, counts[differentExplanation])))
	}
	text := fmt.Sprintf("%s: %d identical", output.Plural(total, "decision", "decisions"), counts[identical])
	for _, o := range []outcome{sameVerdict, differentExplanation, differentVerdict} {
		if counts[o] > 0 {
			text += fmt.Sprintf(", %d %s", counts[o], o)
		}
	}
	if err := line(w, text); err != nil {
		return undecided(err)
	}
	if counts[differentExplanation]+counts[differentVerdict] > 0 {
		return &failure{code: exitFail}
	}
	return nil
}

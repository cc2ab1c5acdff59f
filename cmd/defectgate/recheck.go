package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/policy"
)

// rechecked asks the platform anew about what was signed off there: as what its approvers belong to the repository now, and whether the comment still
// stands. What was recorded is the evidence of then, and stays.
type rechecked struct {
	gate.Register
	forge   *github.Forge // nil: it cannot be asked
	now     func() time.Time
	members map[string]signoff.Member
}

// recheck wraps the register of sign-offs where the terms of exceptions want it.
func recheck(w world, register gate.Register, judge *policy.Engine, now func() time.Time) (gate.Register, error) {
	switch {
	case !termsOf(judge).recheck:
		return register, nil
	case !onForge(w):
		return &rechecked{Register: register, now: now}, nil
	}
	forge, err := forgeOf(w)
	if err != nil {
		return nil, err
	}
	forge.Asked = termsOf(judge).teams
	return &rechecked{Register: register, forge: forge, now: now, members: map[string]signoff.Member{}}, nil
}

// Exceptions gives those of the register, as the platform knows them now. One that is over is not asked about.
func (r *rechecked) Exceptions(ctx context.Context, a gate.Artifact) ([]gate.Exception, error) {
	list, err := r.Register.Exceptions(ctx, a)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if e := &list[i]; e.Revoked == nil && r.now().Before(e.Until) {
			if err := r.again(ctx, e); err != nil {
				return nil, fmt.Errorf("look again at %s: %w", e.ID, err)
			}
		}
	}
	return list, nil
}

func (r *rechecked) again(ctx context.Context, e *gate.Exception) (err error) {
	if r.forge == nil {
		return r.unasked(e)
	}
	approvals := make([]gate.Approval, len(e.Approvals))
	for i, approval := range e.Approvals {
		if approval.Source == gate.FromForge {
			if err := r.ask(ctx, &approval); err != nil {
				return err
			}
		}
		approvals[i] = approval
	}
	e.Approvals = approvals
	e.Gone, err = r.forge.Gone(ctx, e.Evidence)
	return err
}

// unasked refuses what was signed off on a platform that this run cannot ask.
func (r *rechecked) unasked(e *gate.Exception) error {
	if !slices.ContainsFunc(e.Approvals, func(a gate.Approval) bool { return a.Source == gate.FromForge }) {
		return nil
	}
	return gate.WithHint(errors.New("its approvers are asked about at each check (exception.terms.recheck), and this run cannot ask GitHub"),
		"run it in GitHub Actions, with the variable GITHUB_TOKEN: ${{ github.token }}")
}

// ask says as what an approver belongs to the repository now. Somebody else under his login is not he.
func (r *rechecked) ask(ctx context.Context, approval *gate.Approval) error {
	member, known := r.members[approval.ID]
	if !known {
		var err error
		if member, err = r.forge.Member(ctx, approval.Person); err != nil {
			return err
		}
		r.members[approval.ID] = member
	}
	approval.Role, approval.Teams, approval.CheckedAt = "", nil, r.now()
	if member.Active && member.ID == approval.ID {
		approval.Role, approval.Teams = member.Role, member.Teams
	}
	return nil
}

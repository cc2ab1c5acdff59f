package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/output"
)

func exceptionShow(w world) *cobra.Command {
	var r register
	var format string
	cmd := &cobra.Command{
		Use:   "show RECORD|DEFECT",
		Short: "Tell the story of a sign-off, or of all for a defect: who signed, what it covered, when it ceased to, and why",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format: %q is neither text nor json", format)
			}
			return r.with(cmd, w, func(d *desk) error {
				found := d.book.Named(args[0])
				if len(found) == 0 {
					return gate.WithHint(fmt.Errorf("the project has no sign-off %q", args[0]), "list them with: defectgate exception list --all")
				}
				for _, x := range found {
					if err := d.show(cmd.Context(), w, x, format); err != nil {
						return undecided(err)
					}
				}
				return nil
			})
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVarP(&format, "format", "f", "text", "text or json")
	return cmd
}

// show tells one story.
func (d *desk) show(ctx context.Context, w world, x *signoff.Standing, format string) error {
	uses, err := ledger.UsesOf(ctx, d.ledger.Store, x.ID)
	if err != nil {
		return err
	}
	story := tale(d.book, x, uses)
	if format == "json" {
		return writeJSON(w.stdout, storied{x.SignedOff.SignOff, x.Index, x.Leaf, x.State(w.now()), story})
	}
	return tellTale(w.stdout, x, w.now(), story)
}

// storied is a record with its story, for machines.
type storied struct {
	Record gate.SignOff `json:"record"`
	Index  int64        `json:"index"`
	Leaf   string       `json:"leaf"`
	State  string       `json:"state"`
	Story  []happening  `json:"story"`
}

// happening is one thing that became of a sign-off.
type happening struct {
	At    time.Time `json:"at"`
	Index int64     `json:"index"` // of the entry that says so
	What  string    `json:"what"`
	By    string    `json:"by"` // id of the record or of the decision
}

// tale puts together what records and decisions say, in the order of the log.
func tale(b *signoff.Book, x *signoff.Standing, uses []ledger.Use) (story []happening) {
	for _, s := range b.Records() {
		if s.ID == x.ID || s.Target == x.ID {
			story = append(story, happening{s.RecordedAt, s.Index, deed(&s), s.ID})
		}
	}
	for _, u := range uses {
		story = append(story, happening{u.Decision.Clock.Now, u.Index, effect(&u), u.Decision.ID})
	}
	slices.SortFunc(story, func(a, b happening) int { return int(a.Index - b.Index) })
	return story
}

func deed(s *gate.SignedOff) string {
	verbs := map[gate.SignOffKind]string{gate.ApprovalOf: "approved", gate.RevocationFor: "revoked"}
	verb := verbs[s.Kind]
	if verb == "" {
		verb = "signed off"
	}
	if s.Asks {
		verb = "asked for"
	}
	text := fmt.Sprintf("%s by %s", verb, who(s.Actor))
	if s.Kind == gate.RevocationFor {
		text += ": " + s.Reason
	}
	if s.Comment != nil {
		text += " (" + s.Comment.URL + ")"
	}
	if s.Fault != "" {
		text += "; it does not count: " + s.Fault
	}
	return text
}

func who(a gate.Actor) string {
	text := a.Name()
	if a.Role != "" {
		text += ", " + a.Role
	}
	if a.Source == gate.FromKey {
		return text + " (with a key)"
	}
	return text + " [" + a.ID + "]"
}

// effect says what a decision made of a sign-off.
func effect(u *ledger.Use) string {
	d := u.Decision
	text := string(d.Verdict)
	if line := d.Artifact.Line(); line != "" {
		text += " of " + line
	}
	text += " for " + d.Artifact.Environment + ": "
	switch {
	case len(u.Covered) > 0:
		text += "covers " + strings.Join(u.Covered, ", ")
	case len(u.Refusals) > 0:
		text += "covers nothing"
	default:
		text += "its defects are not open"
	}
	if len(u.Refusals) > 0 {
		text += "; " + strings.Join(u.Refusals, "; ")
	}
	return text
}

func writeJSON(to io.Writer, value any) error {
	err := json.MarshalWrite(to, value, gate.Deterministic, jsontext.WithIndent("  "))
	_, end := io.WriteString(to, "\n")
	return errors.Join(err, end)
}

func tellTale(to io.Writer, x *signoff.Standing, now time.Time, story []happening) error {
	var text strings.Builder
	put := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&text, "  %-11s %s\n", name, gate.CleanLine(value, 1000))
		}
	}
	fmt.Fprintf(&text, "%s  %s, until %s: %s\n", x.ID, x.Kind, x.Last(), gate.CleanLine(x.State(now), 400))
	for _, b := range x.Defects {
		put("for", bindingInWords(b))
	}
	put("holds for", x.Holds())
	put("reason", x.Reason)
	put("meanwhile", strings.Join(x.Controls, "; "))
	put("ticket", x.Ticket)
	put("approved by", x.Approvers())
	if x.Requester != nil {
		put("asked for", x.Requester.Login)
	}
	put("renews", x.Previous)
	if x.Change != nil {
		put("commit", fmt.Sprintf("%s of change %d to %s", short(x.Change.Head), x.Change.Number, x.Change.Base))
	}
	put("decision", x.Decision)
	put("policy", x.Policy)
	put("signed with", "key "+x.Signer)
	fmt.Fprintln(&text, "What became of it")
	for _, h := range story {
		fmt.Fprintf(&text, "  %s  entry %-4d %-12s  %s\n", h.At.Format(time.RFC3339), h.Index, h.By[:min(len(h.By), 12)], gate.CleanLine(h.What, 1000))
	}
	_, err := io.WriteString(to, text.String())
	return err
}

func bindingInWords(b gate.Binding) string {
	text := b.String()
	for _, fact := range []struct {
		holds bool
		words string
	}{{true, "at most " + b.Severity.String()}, {b.Exploited, "known to be exploited"}, {b.Fixable, "could be mended"}} {
		if fact.holds {
			text += ", " + fact.words
		}
	}
	return text
}

func exceptionVerify(w world) *cobra.Command {
	var r register
	cmd := &cobra.Command{
		Use:   "verify [RECORD]",
		Short: "Verify the sign-offs of the project: signature, place in the log, and that none is missing",
		Long: `Verify the sign-offs of the project: signature, place in the log, and that none is missing. Without RECORD all are verified.

Exit codes: 0 all count, 1 one does not, 2 usage or configuration, 3 they do not hold: changed, missing, or signed by a key that nobody knows.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.with(cmd, w, func(d *desk) error { return d.verify(w, args) })
		},
	}
	r.flags(cmd)
	return cmd
}

func (d *desk) verify(w world, named []string) error {
	faults, seen := 0, 0
	for _, s := range d.book.Records() {
		if len(named) > 0 && s.ID != named[0] && s.Target != named[0] {
			continue
		}
		seen++
		said := "counts"
		if s.Fault != "" {
			faults++
			said = "does not count: " + s.Fault
		}
		text := fmt.Sprintf("%s  number %d, entry %d, %s by %s, key %s: %s", s.ID, s.Number, s.Index, s.Kind, who(s.Actor), short(s.Signer), said)
		if err := line(w, gate.CleanLine(text, 1000)); err != nil {
			return undecided(err)
		}
	}
	if seen == 0 && len(named) > 0 {
		return gate.WithHint(fmt.Errorf("the project has no sign-off %q", named[0]), "list them with: defectgate exception list --all")
	}
	if err := line(w, fmt.Sprintf("%s, %d of them do not count", output.Plural(seen, "sign-off", "sign-offs"), faults)); err != nil {
		return undecided(err)
	}
	if faults > 0 {
		return &failure{code: exitFail}
	}
	return nil
}

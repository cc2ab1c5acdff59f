package sarif

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type invocation struct {
	Successful   *bool       `json:"executionSuccessful"`
	Start        report.Time `json:"startTimeUtc"`
	End          report.Time `json:"endTimeUtc"`
	ExitCode     int         `json:"exitCode"`
	Exit         string      `json:"exitCodeDescription"`
	StartFailure string      `json:"processStartFailureMessage"`
	Signal       string      `json:"exitSignalName"`

	WorkingDirectory artifactLocation `json:"workingDirectory"`
	Execution        []notification   `json:"toolExecutionNotifications"`
	Configuration    []notification   `json:"toolConfigurationNotifications"`
	Overrides        []struct {
		Descriptor    reference     `json:"descriptor"`
		Configuration configuration `json:"configuration"`
	} `json:"ruleConfigurationOverrides"`
}

type notification struct {
	Level   string  `json:"level"`
	Message message `json:"message"`
}

// provenance is a repository that was scanned, and where it lay.
type provenance struct {
	Repository string           `json:"repositoryUri"`
	Revision   string           `json:"revisionId"`
	MappedTo   artifactLocation `json:"mappedTo"`
}

// scanOf says what the runs say of their making. The tool is that of the first run, the subject the one that they name, which must be one; the time
// is that of the oldest run, so that a fresh run does not hide a stale one.
func scanOf(runs []*run) gate.Scan {
	s := gate.Scan{Tool: gate.Tool{Name: runs[0].tool(), Version: cmp.Or(runs[0].driver.SemanticVersion, runs[0].driver.Version)}}
	for i, r := range runs {
		s.Failed = cmp.Or(s.Failed, r.about(&s.Subject))
		started, ended := r.times()
		of := gate.Scan{Started: started, Ended: ended}
		if at := of.Time(); !at.IsZero() && (s.Time().IsZero() || at.Before(s.Time())) {
			s.Started, s.Ended = started, ended
		}
		if failure := r.failure(); failure != "" && s.Failed == "" {
			s.Failed = fmt.Sprintf("run %d of %s: %s", i+1, r.tool(), failure)
		}
	}
	if s.Failed == "" {
		s.Proof = proof(runs)
		s.Warnings = warnings(runs)
	}
	return s
}

// about notes what a run is about, and says so where another run is about something else: one of the two is not about the artifact.
func (r *run) about(subject *gate.Subject) string {
	if len(r.provenance) == 0 {
		return ""
	}
	first := r.provenance[0]
	for _, c := range []struct {
		what     string
		have     *string
		reported string
	}{{"repository", &subject.Repository, first.Repository}, {"commit", &subject.Commit, first.Revision}} {
		switch {
		case *c.have == "":
			*c.have = c.reported
		case c.reported != "" && c.reported != *c.have:
			return fmt.Sprintf("its runs are about two: %s %s and %s", c.what, shorten(*c.have), shorten(c.reported))
		}
	}
	return ""
}

// warnings gives the errors that tools report of scans which they call successful.
func warnings(runs []*run) []string {
	var said []string
	for _, r := range runs {
		if text := r.errorMessage(); text != "" {
			said = append(said, "the scanner reports an error and calls the scan successful: "+shorten(text))
		}
	}
	return said
}

// times gives the first start and the last end of a run's invocations.
func (r *run) times() (started, ended time.Time) {
	for _, v := range r.invocations {
		if at := v.Start.Time; !at.IsZero() && (started.IsZero() || at.Before(started)) {
			started = at
		}
		if at := v.End.Time; at.After(ended) {
			ended = at
		}
	}
	return started, ended
}

// failure says why a run is not whole. A run that scanned and found nothing has an empty list of results; one that has no list, or null,
// did not begin (§3.14.23).
func (r *run) failure() string {
	for i := range r.invocations {
		if failure := r.invocations[i].failure(); failure != "" {
			return failure
		}
	}
	if !r.scanned {
		return "it has no list of results: the tool did not begin its analysis"
	}
	return r.elsewhere
}

// failure of an invocation goes by what its maker says, executionSuccessful (§3.20.14). An error among the notifications means that it
// failed as well (§3.20.21), but tools write one for every file that they cannot parse, and call the scan a success all the same:
// where they do, it only keeps an empty scan from being proven. What a signal ended was no success, whatever it says.
func (v *invocation) failure() string {
	success := v.Successful == nil && v.errorMessage() == "" || v.Successful != nil && *v.Successful
	if success && v.Signal == "" {
		return ""
	}
	reason := cmp.Or(v.Exit, v.StartFailure, v.errorMessage(), v.Signal)
	if reason == "" && v.ExitCode != 0 {
		reason = fmt.Sprintf("exit code %d", v.ExitCode)
	}
	return cmp.Or(shorten(reason), "executionSuccessful is false")
}

// errorMessage gives the first notification of level error. One that says nothing is an error too.
func (v *invocation) errorMessage() string {
	for _, list := range [][]notification{v.Execution, v.Configuration} {
		for _, n := range list {
			if strings.EqualFold(n.Level, "error") {
				return cmp.Or(n.Message.resolve(), "an error without a message")
			}
		}
	}
	return ""
}

func (r *run) errorMessage() string {
	for i := range r.invocations {
		if said := r.invocations[i].errorMessage(); said != "" {
			return said
		}
	}
	return ""
}

// proof says what shows that every run scanned something, or nothing if one run does not show it.
func proof(runs []*run) string {
	artifacts := 0
	for _, r := range runs {
		if r.errorMessage() != "" || !r.succeeded() && len(r.artifacts) == 0 {
			return ""
		}
		artifacts += len(r.artifacts)
	}
	if artifacts > 0 {
		return fmt.Sprintf("runs: %d, artifacts: %d", len(runs), artifacts)
	}
	return fmt.Sprintf("runs: %d, each ended successfully", len(runs))
}

func (r *run) succeeded() bool {
	for i := range r.invocations {
		v := &r.invocations[i]
		if v.Successful == nil || !*v.Successful {
			return false
		}
	}
	return len(r.invocations) > 0
}

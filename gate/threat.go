package gate

import (
	"context"
	"strings"
	"time"
)

// Feed is threat intelligence: what is known of vulnerabilities, whatever they stand in.
type Feed interface {
	// Name is how the feed is called: "epss", "kev".
	Name() string
	// Expect says what must hold of it: whether it is required, and how old its own date may be (MaxDatabaseAge).
	Expect() Expectation
	// Load emits every entry, see [Source]. The evidence's database has the feed's date.
	Load(ctx context.Context, emit func(Threat) error) Evidence
}

// Threat is what a feed knows of one vulnerability.
type Threat struct {
	ID   string   // CVE
	EPSS *float64 // probability of exploitation within 30 days, in [0,1]
	KEV  *KEV
}

// absorb takes in what a feed knows. Where reports know of the same, the worse of both counts.
func (d *Defect) absorbThreat(t Threat) {
	if t.EPSS != nil && (d.EPSS == nil || *t.EPSS > *d.EPSS) {
		d.EPSS = probability(t.EPSS)
	}
	d.KEV = d.KEV.join(t.KEV.known())
	d.Clocks.ExploitedSince = d.exploitedSince()
}

// SignalSource is where signals of abuse come from.
type SignalSource interface {
	// Name is how the source was configured or named.
	Name() string
	// Expect says what must hold of it. Of an expectation, Required is used.
	Expect() Expectation
	// Load emits every signal, see [Source].
	Load(ctx context.Context, emit func(*Signal) error) Evidence
}

// Signal says that a defect is being abused in our own production.
type Signal struct {
	ID          string       // CVE, GHSA, advisory or rule: it speaks of every defect of that name
	Fingerprint *Fingerprint // or the one defect
	At          time.Time
	Sensor      string // who saw it: a firewall, an intrusion detection, a person
	Evidence    string // where to look: an address, a number of an incident
}

// Abuse is what signals say of one defect.
type Abuse struct {
	Count    int       `json:"count"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Sensors  []string  `json:"sensors,omitempty"`  // ordered
	Evidence string    `json:"evidence,omitempty"` // of the last signal
}

func (d *Defect) absorbSignal(s *Signal) {
	a := d.Abuse
	if a == nil {
		a = &Abuse{First: s.At, Last: s.At, Evidence: s.Evidence}
		d.Abuse = a
	}
	a.Count++
	a.First = earliest(a.First, s.At)
	switch {
	case s.At.After(a.Last):
		a.Last, a.Evidence = s.At, s.Evidence
	case s.At.Equal(a.Last):
		a.Evidence = smallest(a.Evidence, s.Evidence)
	}
	if s.Sensor != "" {
		a.Sensors = sorted(append(a.Sensors, s.Sensor), strings.Compare)
	}
	d.Exploited = true
	d.Clocks.ExploitedSince = earliest(d.Clocks.ExploitedSince, s.At)
}

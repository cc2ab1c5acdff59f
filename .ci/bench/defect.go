package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// now is the instant of every decision here, and dates count back from it: the documents are the same on every day.
var now = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// defect is one made-up defect, in the words of no format.
type defect struct {
	id, severity, title       string
	kind, name, version       string // of the package
	fixed                     string // version; "" where there is none
	cwe                       int
	score                     float64
	epss                      float64 // below 0: not known
	listed, fixedSince, found time.Time
}

// maker makes the same defects for the same seed.
type maker struct{ *rand.Rand }

func newMaker() maker { return maker{rand.New(rand.NewPCG(2026, 5))} } //nolint:gosec // the same numbers on every run are wanted

// scale is how severities are spread, in percent, with the lowest CVSS score of each.
var scale = []struct {
	name  string
	share int
	score float64
}{{"critical", 3, 9}, {"high", 12, 7}, {"medium", 30, 4}, {"low", 45, 0.1}, {"none", 10, 0}}

var (
	kinds  = []string{"npm", "deb/debian", "pypi", "npm", "pypi"}
	syllab = strings.Fields("an bel cor dra eth fir gno hul ith jar kel lum mor nim ost pru qua rin sol tur")
	faults = []string{"heap overflow in", "prototype pollution by", "path traversal in", "denial of service through", "improper escaping in",
		"use after free in", "request smuggling in", "missing bound of"}
	places = []string{"the parser of headers", "nested objects", "archives", "regular expressions", "templates", "the session cache", "chunked bodies"}
	cwes   = []int{22, 79, 89, 120, 125, 400, 416, 444, 502, 770, 787, 1321}
)

// next makes the defect with a running number. Numbers make ids, so that no two defects are one.
func (m maker) next(number int) defect {
	d := defect{id: fmt.Sprintf("CVE-%d-%05d", 2015+number%11, 10000+number/11), cwe: pick(m, cwes), version: m.number(), epss: -1}
	d.kind, d.name = pick(m, kinds), m.word()+"-"+m.word()
	d.title = d.name + ": " + pick(m, faults) + " " + pick(m, places)
	m.rate(&d)
	m.date(&d)
	if m.Float64() < 0.3 {
		f := m.Float64()
		d.epss = f * f * f * f // most probabilities are small
	}
	return d
}

func (m maker) rate(d *defect) {
	rest := m.IntN(100)
	for _, s := range scale {
		if rest -= s.share; rest < 0 {
			d.severity, d.score = s.name, s.score
			return
		}
	}
}

// date spreads first sights over 200 days, more of them young than old: most defects are mended before they are overdue.
func (m maker) date(d *defect) {
	f := m.Float64()
	d.found = now.Add(-time.Duration(f * f * f * 200 * 24 * float64(time.Hour))).Truncate(time.Second)
	if m.Float64() < 0.7 {
		d.fixed = m.number()
		d.fixedSince = d.found.AddDate(0, 0, m.IntN(7))
		if d.fixedSince.After(now) {
			d.fixedSince = now
		}
	}
	if m.Float64() < 0.01 {
		d.listed = d.found
	}
}

func (m maker) word() string   { return pick(m, syllab) + pick(m, syllab) + pick(m, syllab) }
func (m maker) number() string { return fmt.Sprintf("%d.%d.%d", m.IntN(9), m.IntN(20), m.IntN(30)) }

func pick[T any](m maker, list []T) T { return list[m.IntN(len(list))] }

func (d *defect) purl() string { return "pkg:" + d.kind + "/" + d.name + "@" + d.version }

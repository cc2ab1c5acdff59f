package main

import (
	"fmt"
	"time"
)

// table prints Markdown and remembers which bounds were broken.
type table struct{ broken []string }

// pair prints the row of one document: the gate beside the peer.
func (t *table) pair(c size, own, peer cost) {
	wall, peak := own.wall.Seconds()/peer.wall.Seconds(), own.peak/peer.peak
	fmt.Printf("| %s | %s | %s | %.2f (≤ %v) | %s | %s | %.0f MiB | %.0f MiB | %.2f (≤ %v) |\n", thousands(c.defects),
		seconds(own.wall), seconds(peer.wall), wall, c.wall, seconds(own.cpu), seconds(peer.cpu), own.peak, peer.peak, peak, c.peak)
	t.bound(fmt.Sprintf("%d defects: ratio of wall time", c.defects), wall, c.wall)
	t.bound(fmt.Sprintf("%d defects: ratio of peak memory", c.defects), peak, c.peak)
}

func (t *table) headOfPairs() {
	fmt.Print("| defects | defectgate | opa eval | ratio | defectgate CPU | opa CPU | defectgate peak | opa peak | ratio |\n|---|---|---|---|---|---|---|---|---|\n")
}

// single prints the row of a command that has no peer.
func (t *table) single(what string, c cost, bound float64) {
	fmt.Printf("| %s | %s | %s | %.0f MiB (≤ %.0f) |\n", what, seconds(c.wall), seconds(c.cpu), c.peak, bound)
	t.bound(what+": peak memory in MiB", c.peak, bound)
}

func (t *table) headOfSingles() {
	fmt.Print("\n| a million findings | wall | CPU | peak |\n|---|---|---|---|\n")
}

func (t *table) headOfHuge() {
	fmt.Print("\n| 1 GiB of | `defects --raw` | jsontext alone | ratio | peak |\n|---|---|---|---|---|\n")
}

// hugeReport prints the row of one shape of report.
func (t *table) hugeReport(name string, own, alone cost) {
	ratio := own.wall.Seconds() / alone.wall.Seconds()
	fmt.Printf("| %s | %s | %s | %.2f (≤ %d) | %.0f MiB (≤ %d) |\n", name, seconds(own.wall), seconds(alone.wall), ratio, slowest, own.peak, rawBound)
	t.bound(name+": ratio of wall time", ratio, slowest)
	t.bound(name+": peak memory in MiB", own.peak, rawBound)
}

func (t *table) bound(what string, have, bound float64) {
	if !(have <= bound) { // also where it is not known
		t.broken = append(t.broken, fmt.Sprintf("%s is %.2f, the bound is %v", what, have, bound))
	}
}

func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

package gate_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// BenchmarkMerge takes in a million findings of 100,000 distinct vulnerabilities, as four sources that agree would give them, and reports
// what stays in memory. Every text is made anew for every finding, as a parser does.
func BenchmarkMerge(b *testing.B) {
	const findings, distinct, sources = 1_000_000, 100_000, 4
	for b.Loop() {
		start := heapInUse()
		m := gate.NewMerger(gate.MergeOptions{})
		for s := range sources {
			add := m.From(fmt.Sprintf("report-%d.json", s))
			for i := range findings / sources {
				add(benchFinding((i*7919+s)%distinct, s))
			}
		}
		merged := heapInUse()
		defects := m.Defects()
		b.ReportMetric(float64(merged-start)/(1<<20), "MiB-merged")
		b.ReportMetric(float64(heapInUse()-start)/(1<<20), "MiB-defects")
		if len(defects) != distinct {
			b.Fatalf("%d defects", len(defects))
		}
		runtime.KeepAlive(m)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func benchFinding(n, source int) *gate.Finding {
	name, vector := fmt.Sprintf("package-%d", n/20), "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	f := &gate.Finding{
		Tool: "scanner-" + fmt.Sprint(source%2), Kind: gate.Vulnerability, ID: fmt.Sprintf("CVE-2024-%06d", n),
		Title:     fmt.Sprintf("A flaw of %s lets an attacker do harm of the sort %d", name, n),
		URL:       fmt.Sprintf("https://avd.example.com/nvd/cve-2024-%06d", n),
		Rating:    gate.Rating{Party: "nvd", Label: "CRITICAL", CVSS: "3.1", Vector: string([]byte(vector)), Score: 9.8, Severity: gate.Critical},
		CWEs:      []int{79, 20 + n%50},
		Component: gate.Component{PURL: "pkg:npm/" + name + "@1.2.3", Name: name, Version: fmt.Sprintf("1.2.%d", n%3), Fixed: []string{"1.2.9"}},
		Location:  gate.Location{Path: fmt.Sprintf("services/app-%d/package-lock.json", n%40)},
		Published: time.Date(2024, 1, 1+n%300, 0, 0, 0, 0, time.UTC),
	}
	if n%4 == 0 {
		f.Aliases = []string{fmt.Sprintf("GHSA-%04d-%04d-aaaa", n/10000, n%10000)}
	}
	return f
}

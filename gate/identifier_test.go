package gate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/defectgate/defectgate/gate"
)

func TestIDs(t *testing.T) {
	for name, c := range map[string]struct {
		finding      gate.Finding
		ids, related []string
	}{
		"spellings": {
			gate.Finding{ID: " cve-2021-44228 ", Aliases: []string{"GHSA-JFH8-C2JP-5V3Q", "ghsa-jfh8-c2jp-5v3q", "rustsec-2021-0001", "go-2021-0001"}},
			[]string{"CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", "GO-2021-0001", "RUSTSEC-2021-0001"}, nil},
		"the CVE is the primary id": {
			gate.Finding{ID: "GHSA-aaaa-bbbb-cccc", Aliases: []string{"PYSEC-2024-1", "CVE-2024-1"}},
			[]string{"CVE-2024-1", "GHSA-aaaa-bbbb-cccc", "PYSEC-2024-1"}, nil},
		"else the GHSA": {
			gate.Finding{ID: "GO-2024-1", Aliases: []string{"GHSA-zzzz-bbbb-cccc", "GHSA-aaaa-bbbb-cccc"}},
			[]string{"GHSA-aaaa-bbbb-cccc", "GHSA-zzzz-bbbb-cccc", "GO-2024-1"}, nil},
		"else the first in byte order": {
			gate.Finding{ID: "RUSTSEC-2024-1", Aliases: []string{"OSV-2024-1", "BIT-airflow-2024-1"}},
			[]string{"BIT-AIRFLOW-2024-1", "OSV-2024-1", "RUSTSEC-2024-1"}, nil},
		"an advisory that names a CVE is related": {
			gate.Finding{ID: "RHSA-2024:1", Aliases: []string{"CVE-2024-1", "USN-1-1"}, Related: []string{"DSA-1"}},
			[]string{"CVE-2024-1"}, []string{"DSA-1", "USN-1-1", "RHSA-2024:1"}},
		"an advisory that names none is the id": {
			gate.Finding{ID: "ALAS-2024-1", Aliases: []string{"DSA-1", ""}},
			[]string{"ALAS-2024-1"}, []string{"DSA-1"}},
		"the id of another database stays as it is written": {
			gate.Finding{ID: "SNYK-js-lodash-1"}, []string{"SNYK-js-lodash-1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.finding.Kind = gate.Vulnerability
			id := identify(c.finding)[0]
			assert.Equal(t, c.ids, id.IDs)
			assert.Equal(t, c.related, id.Related)
		})
	}
}

func TestVendorAdvisoriesAreNoAliases(t *testing.T) {
	for _, vendor := range []string{"DSA-1-1", "DLA-1", "RHSA-2024:1", "RHBA-2024:1", "USN-1-1", "ALAS-2024-1", "ALAS2-2024-1", "ELSA-2024-1",
		"SUSE-SU-2024:1",
		"openSUSE-SU-2024:1", "ALSA-2024:1", "RLSA-2024:1", "MGASA-2024-1", "GLSA-202401-01", "CISCO-SA-1", "DEBIAN-CVE-2024-1", "UBUNTU-CVE-2024-1"} {
		f := gate.Finding{Kind: gate.Vulnerability, ID: "CVE-2024-1", Aliases: []string{vendor}}
		id := identify(f)[0]
		assert.Equal(t, []string{"CVE-2024-1"}, id.IDs, vendor)
		assert.Equal(t, []string{vendor}, id.Related)
		assert.Len(t, id.Fingerprints, 1)
	}
}

func TestMalware(t *testing.T) {
	for _, f := range []gate.Finding{
		{ID: "MAL-2024-1"}, {ID: " mal-2024-1 "}, {ID: "GHSA-aaaa-bbbb-cccc", Aliases: []string{"Mal-2024-1"}},
	} {
		f.Kind = gate.Vulnerability
		m := gate.NewMerger(gate.MergeOptions{})
		m.From("s")(&f)
		assert.Equal(t, gate.Malware, m.Defects()[0].Kind, f.ID)
	}
	f := gate.Finding{Kind: gate.Code, ID: "MAL-rule"}
	identify(f)
	assert.Equal(t, gate.Code, f.Kind, "a rule may be called what it likes")
	f = gate.Finding{Kind: gate.Vulnerability, ID: "MALICIOUS-1"}
	gate.NewFingerprinter(nil).Identify(&f)
	assert.Equal(t, gate.Vulnerability, f.Kind)
}

package gate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/defectgate/defectgate/gate"
)

// The scores are those that FIRST prints in its guides and example documents for these vulnerabilities, or NVD's.
func TestScores(t *testing.T) {
	for _, c := range []struct {
		cve, version, vector string
		score                float64
	}{
		{"CVE-2002-0392", "2.0", "AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8},
		{"CVE-2003-0818", "2.0", "AV:N/AC:L/Au:N/C:C/I:C/A:C", 10},
		{"CVE-2003-0062", "2.0", "AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2},
		{"CVE-2014-0160", "2.0", "(AV:N/AC:L/Au:N/C:P/I:N/A:N)", 5},
		{"CVE-2013-1937", "2.0", "(AV:N/AC:M/Au:N/C:N/I:P/A:N)", 4.3},
		{"CVE-2012-5568", "2.0", "AV:N/AC:L/Au:N/C:N/I:N/A:N", 0},
		{"CVE-2002-0392", "2.0", "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 7.8}, // the base score

		{"CVE-2013-1937", "3.0", "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1},
		{"CVE-2013-0375", "3.0", "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4},
		{"CVE-2014-3566", "3.0", "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1},
		{"CVE-2012-1516", "3.0", "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9},
		{"CVE-2009-0783", "3.0", "CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2},
		{"CVE-2014-0160", "3.0", "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5},

		{"CVE-2012-0384", "3.1", "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8},
		{"CVE-2014-6271", "3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8},
		{"CVE-2008-1447", "3.1", "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8},
		{"CVE-2014-2005", "3.1", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8},
		{"CVE-2010-0467", "3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 5.8},
		{"CVE-2021-44228", "3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10},
		{"CVE-2014-6271", "3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U", 9.8}, // the base score

		{"CVE-2022-41741", "4.0", "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3},
		{"CVE-2020-3549", "4.0", "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7},
		{"CVE-2023-3089", "4.0", "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3},
		{"CVE-2021-44714", "4.0", "CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6},
		{"CVE-2022-21830", "4.0", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1},
		{"CVE-2020-3947", "4.0", "CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 9.3},
		{"CVE-2014-0160", "4.0", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7},
		{"CVE-2021-44228", "4.0", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10},
	} {
		r := gate.Words{}.Rate(gate.Opinion{Party: "nvd", Vector: c.vector})
		assert.Equal(t, c.score, r.Score, "%s %s", c.cve, c.vector)
		assert.Equal(t, c.version, r.CVSS, c.cve)
		assert.Equal(t, c.vector, r.Vector, "as printed")
		assert.Empty(t, r.Note, c.cve)
	}
}

func TestVectorsThatCannotBeRead(t *testing.T) {
	for _, vector := range []string{
		"AV:N/AC:L/Au:N/C:P/I:P", "AV:N/AC:L/Au:N/C:P/I:P/A:X", "AV:N/AV:N/AC:L/Au:N/C:P/I:P/A:P", "()", " ", "9.8", "CVSS",
		"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "CVSS:3.0/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.0/",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H", "CVSS:4.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:4.0",
		"CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
	} {
		r := gate.Words{}.Rate(gate.Opinion{Vector: vector})
		assert.Equal(t, gate.Critical, r.Severity, vector)
		assert.Zero(t, r.Score, vector)
		assert.Contains(t, []string{"", "2.0", "3.0", "3.1", "4.0"}, r.CVSS)
		if version, ok := strings.CutPrefix(vector, "CVSS:"); ok {
			assert.True(t, r.CVSS == "" || strings.HasPrefix(version, r.CVSS), "%s is none of CVSS %s", vector, r.CVSS)
		}
		assert.Contains(t, r.Note, "cannot be read: counts as critical", vector)
	}
}

// FuzzVector looks for a vector that breaks the library, or that gives a score that is none.
func FuzzVector(f *testing.F) {
	for _, seed := range []string{"", "(", "AV:N/AC:L/Au:N/C:N/I:N/A:C", "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:U", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:U/MAV:P"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, vector string) {
		r := gate.Words{}.Rate(gate.Opinion{Vector: vector})
		assert.True(t, r.Score >= 0 && r.Score <= 10, "%v", r.Score)
		if vector != "" {
			assert.NotEqual(t, gate.Unknown, r.Severity)
		}
	})
}

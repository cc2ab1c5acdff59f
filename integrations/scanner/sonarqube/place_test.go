package sonarqube_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/sonarqube"
)

func TestRiskThatWasReviewedStaysOpen(t *testing.T) {
	f := read(t, "hotspots", `"status":"REVIEWED","resolution":"ACKNOWLEDGED","comments":[{"login":"ada","markdown":"next week"}]`)
	require.True(t, f.State.IsOpen())
	require.Equal(t, &gate.Word{Said: gate.UnderInvestigation, Reason: "ACKNOWLEDGED; last comment, by ada: next week"}, f.Word)
}

// It may be the date of the commit of the line, which its author chooses.
func TestCreationDateStartsNoClock(t *testing.T) {
	for _, list := range []string{"issues", "hotspots"} {
		for _, date := range []string{"2031-01-02T03:04:05+0000", "2001-01-02T03:04:05+0000"} {
			require.Zero(t, read(t, list, `"creationDate":"`+date+`"`).FirstSeen)
		}
	}
}

func TestCopiedFilesOfTwoProjectsAreTwoDefects(t *testing.T) {
	print := func(list, members string) gate.Fingerprint {
		f := read(t, list, members)
		return gate.NewFingerprinter(nil).Identify(f).Fingerprints[0]
	}
	for _, members := range []string{`"hash":"h"`, `"key":"k"`} {
		one := print("issues", members+`,"project":"one","component":"one:src/A.java"`)
		require.NotEqual(t, one, print("issues", members+`,"project":"two","component":"two:src/A.java"`), members)
		require.Equal(t, one, print("issues", members+`,"component":"one:src/A.java"`), "the project stands in the component")
	}
	require.NotEqual(t, print("hotspots", `"key":"k","project":"one","component":"one:a"`), print("hotspots", `"key":"k","project":"two","component":"two:a"`))
}

func TestVulnerabilityOfNoFileIsOneOfItsPlace(t *testing.T) {
	name := func(members string) string {
		findings, _, err := reporttest.Parse(sonarqube.Format, []byte(`{"total":1,"issues":[{"rule":"OWASP:UsingComponentWithKnownVulnerability",
			"message":"References: CVE-2026-11111 (7.5)",`+members+`}]}`))
		require.NoError(t, err)
		return findings[0].Component.Name
	}
	require.Equal(t, "lib/a.jar", name(`"project":"p","component":"p:lib/a.jar"`))
	require.Equal(t, "p", name(`"project":"p","component":"p"`))
}

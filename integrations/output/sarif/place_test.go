package sarif_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

// A place is named once, however many versions stand there, and only so many are.
func TestPlacesAreNamedOnce(t *testing.T) {
	j := outputtest.Judged("CVE-2026-0001", gate.High, outputtest.Denied("x"))
	for i := range 60 {
		j.Occurrences = append(j.Occurrences, &gate.Occurrence{Version: fmt.Sprint(i), Location: gate.Location{Path: fmt.Sprint("lib/", i%30)}})
	}
	j.Occurrences[1].State = gate.NotAffected
	r := &gate.Report{Decision: gate.Decision{Evaluation: gate.Evaluation{Findings: []gate.Judged{j}}}}
	result := valid(t, official(t), written(t, r))["results"].([]any)[0].(object)
	require.Len(t, result["relatedLocations"], 20)
	require.Equal(t, "60", fmt.Sprint(result["occurrenceCount"]))
	require.Len(t, result["locations"], 1)
}

// What a path is on the machine that scanned, nobody learns; below a root it is what it was.
func TestPathsLieBelowTheRoot(t *testing.T) {
	for have, want := range map[string]string{
		"a/b.go": "a/b.go", "./a//b.go": "a/b.go", "/home/me/a.go": "home/me/a.go", `C:\Users\me\a.go`: "Users/me/a.go", "d:/a.go": "a.go",
		"file:///home/me/a.go": "home/me/a.go", "../../a.go": "a.go", "a/../../b.go": "b.go", "aa:b.go": "./aa:b.go", "a b#c?d%e[0].go": "a%20b%23c%3Fd%25e%5B0%5D.go",
		"ü.go": "%C3%BC.go", "a\x1b\u202eb": "a%1B%E2%80%AEb",
	} {
		r := &gate.Report{Decision: gate.Decision{Evaluation: gate.Evaluation{Findings: []gate.Judged{outputtest.Code("weak", have, 7, gate.Low)}}}}
		result := valid(t, official(t), written(t, r))["results"].([]any)[0].(object)
		at := result["locations"].([]any)[0].(object)["physicalLocation"].(object)
		require.Equal(t, object{"uri": want, "uriBaseId": "%SRCROOT%"}, at["artifactLocation"], have)
		require.Equal(t, "7", fmt.Sprint(at["region"].(object)["startLine"]))
	}
}

func TestTheRepositoryIsNamedWithoutCredentials(t *testing.T) {
	schema := official(t)
	for have, want := range map[string]string{
		"github.com/acme/shop": "https://github.com/acme/shop", "https://user:token@github.com/acme/shop.git": "https://github.com/acme/shop",
		"git@github.com:acme/shop.git": "https://github.com/acme/shop", "ssh://git@github.com:22/acme/shop.git": "https://github.com/acme/shop",
		"https://forge.example:8443/a/b": "https://forge.example:8443/a/b", "http://forge.example/a/b?token=x#y": "http://forge.example/a/b",
		"": "", "acme/shop": "", "/home/runner/work": "", `C:\work`: "", "file:///home/x": "", "https://a.example": "",
	} {
		r := outputtest.Example()
		r.Decision.Artifact.Subject.Repository = have
		list, _ := valid(t, schema, written(t, r))["versionControlProvenance"].([]any)
		if want == "" {
			require.Empty(t, list, have)
			continue
		}
		require.Equal(t, object{"repositoryUri": want, "revisionId": strings.Repeat("0123456789", 4), "branch": "main"}, list[0], have)
	}
}

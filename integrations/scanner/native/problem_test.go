package native_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/native"
)

// wrong is a document that must be refused in exactly these words.
type wrong struct{ document, problem, hint string }

func requireRefused(t *testing.T, f report.Format, cases []wrong) {
	for _, w := range cases {
		_, _, err := reporttest.Parse(f, []byte(w.document))
		if !assert.Error(t, err, w.document) {
			continue
		}
		assert.Equal(t, w.problem, err.Error(), w.document)
		assert.Equal(t, w.hint, gate.HintOf(err), w.document)
	}
}

const (
	timeHint   = "write it as 2026-01-31T09:30:00Z, with the zone, or as the day 2026-01-31"
	stateHint  = "open, under_investigation, suppressed, not_affected, false_positive, fixed"
	recordHint = "use one of id, aliases, related, kind, severity, vector, score, risk, ratings, title, remedy, url, cwes, component, location, " +
		"hash, snippet, secret, certainty, state, by, reason, said_at, first_seen, published, fixed_since, exploited_since, epss, kev, exploited"
	nameHint = "give each record the name that its finder uses, without white space around it"
	kindHint = "use one of malware, vulnerability, secret, code, misconfiguration, design, license"
	toolHint = `say who or what found the defects: a program, "penetration test by ACME"`
	headHint = "use one of defectgate, tool, database, started, ended, subject, scanned, defects"
)

func TestBadRecordsAreNamed(t *testing.T) {
	const good = `{"id":"PT-1","kind":"design"}`
	design := func(members string) string {
		return string(document(good, `{"id":"PT-2","kind":"design",`+members+`}`))
	}
	at := `defects[1] "PT-2": `
	requireRefused(t, native.JSON, []wrong{
		{string(document(good, `{"kind":"design"}`)), `defects[1]: id: want a name, have ""`, nameHint},
		{string(document(good, `{"id":" PT-2","kind":"design"}`)), `defects[1] " PT-2": id: want a name, have " PT-2"`, nameHint},
		{string(document(good, `{"id":"PT-2"}`)), at + `kind: "" is no kind`, kindHint},
		{string(document(good, `{"id":"PT-2","kind":"Design"}`)), at + `kind: "Design" is no kind`, kindHint},
		{string(document(good, `{"id":"PT-2","kind":"malware"}`)),
			at + `component: a defect of kind "malware" needs one`, "give component.purl, or component.name where there is no package URL"},
		{string(document(good, `{"id":12,"kind":"design"}`)), `defects[1]: id: want a text, have a number`, ""},
		{string(document(good, `["id"]`)), `defects[1]: want an object, have a list`, ""},
		{design(`"sevrity":"low"`), at + `"sevrity" is no member`, recordHint},
		{design(`"Severity":"low"`), at + `"Severity" is no member`, recordHint},
		{design(`"severity":3`), at + `severity: want a word, have a number`, ""},
		{design(`"component":{"nme":"x"}`), at + `"nme" is no member of component`, "use one of purl, name, version, fixed"},
		{design(`"component":"x"`), at + `component: want an object, have a text`, ""},
		{design(`"component":{"purl":"npm/x"}`),
			at + `component.purl: "npm/x" is no package URL`, "write it as pkg:npm/%40acme/cart@1.2.3, or give component.name alone"},
		{design(`"component":{"fixed":[""]}`), at + `component.fixed: a text is empty`, "leave it out of the list"},
		{design(`"aliases":[null]`), at + `aliases: a text is empty`, "leave it out of the list"},
		{design(`"related":"DSA-1"`), at + `related: want a list, have a text`, ""},
		{design(`"related":["DSA-1",2]`), at + `related[1]: want a text, have a number`, ""},
		{design(`"ratings":[{"party":"nvd"},{"label":"low"}]`), at + `ratings[1].party: want a name, have none`, "say who rates: nvd, ghsa, a company"},
		{design(`"ratings":[{"party":"nvd","cvss":"3.1"}]`), at + `"cvss" is no member of ratings[0]`, "use one of party, label, vector, score"},
		{design(`"cwes":[79,"CAPEC-1"]`), at + `cwes: "CAPEC-1" is no weakness: write 79 or CWE-79`, ""},
		{design(`"cwes":["079"]`), at + `cwes: "079" is no weakness: write 79 or CWE-79`, ""},
		{design(`"cwes":[0]`), at + `cwes: "0" is no weakness: write 79 or CWE-79`, ""},
		{design(`"cwes":["CWE-"]`), at + `cwes: "CWE-" is no weakness: write 79 or CWE-79`, ""},
		{design(`"cwes":[7.9]`), at + `cwes: "7.9" is no weakness: write 79 or CWE-79`, ""},
		{design(`"cwes":"CWE-79"`), at + `cwes: want a list, have a text`, ""},
		{design(`"cwes":{}`), at + `cwes: want a list, have an object`, ""},
		{design(`"cwes":[{}]`), at + `cwes[0]: "{" is no weakness: write 79 or CWE-79`, ""},
		{design(`"score":"high"`), at + `score: want a number, have a text`, ""},
		{design(`"score":1e999`), at + `score: want a number, have 1e999`, ""},
		{design(`"epss":97`), at + `epss: 97 is no probability`, "write a probability from 0 to 1: 0.97 for 97 %"},
		{design(`"epss":-0.1`), at + `epss: -0.1 is no probability`, "write a probability from 0 to 1: 0.97 for 97 %"},
		{design(`"location":{"path":"a.go","line":-1}`), at + `location.line: -1 is no line`, "count lines from 1; leave it out for the whole file"},
		{design(`"location":{"path":"a.go","line":1.5}`), at + `location.line: want a whole number, have 1.5`, ""},
		{design(`"secret":"hunter2"`), at + `secret: a design has no secret`, "give it to records of kind secret only"},
		{design(`"location":{"line":7}`), at + `location.path: line 7 of no file`, "name the file of the line"},
		{design(`"certainty":"certain"`), at + `certainty: "certain" is no certainty`, "use one of verified, high, medium, low"},
		{design(`"state":"closed"`), at + `state: "closed" is no state`, "use one of " + stateHint},
		{design(`"reason":"accepted"`), at + `state: by, reason and said_at need one`, "give the state that was said, one of " + stateHint},
		{design(`"state":"fixed","said_at":"today"`), at + `said_at: "today" is no time`, timeHint},
		{design(`"first_seen":"31.01.2026"`), at + `first_seen: "31.01.2026" is no time`, timeHint},
		{design(`"published":"2026-02-30"`), at + `published: "2026-02-30" is no time`, timeHint},
		{design(`"fixed_since":"2026-01-31T09:30:00"`), at + `fixed_since: "2026-01-31T09:30:00" is no time`, timeHint},
		{design(`"exploited_since":1767225600`), at + `exploited_since: want a text, have a number`, ""},
		{design(`"kev":{"added":"2026"}`), at + `kev.added: "2026" is no time`, timeHint},
		{design(`"kev":true`), at + `kev: want an object, have true`, ""},
		{design(`"kev":{"ransom":true}`), at + `"ransom" is no member of kev`, "use one of added, due, ransomware"},
		{design(`"exploited":"yes"`), at + `exploited: want true or false, have a text`, ""},
	})
}

func TestBadHeads(t *testing.T) {
	tool := `"tool":{"name":"x"}`
	requireRefused(t, native.JSON, []wrong{
		{`{"defectgate":2,` + tool + `,"defects":[]}`, `the head: defectgate: version 2 is not known`, "write version 1, or use a newer program"},
		{`{"defectgate":"1",` + tool + `,"defects":[]}`, `the head: defectgate: want a whole number, have a text`, ""},
		{`{` + tool + `,"defects":[]}`, `the head: defectgate: it is missing`, "name the version of the format: 1"},
		{`{"defectgate":1,"defects":[]}`, `the head: tool.name: it is missing`, toolHint},
		{`{"defectgate":1,"defects":[],"tool":{"version":"1"}}`, `the head: tool.name: it is missing`, toolHint},
		{`{"defectgate":1,"defects":[],"tool":{"nme":"x"}}`, `the head: "nme" is no member of tool`, "use one of name, version"},
		{`{"defectgate":1,` + tool + `}`, `the head: defects: it is missing`, "write [] if nothing was found"},
		{`{"defectgate":1,` + tool + `,"defects":null}`, `defects: want a list, have null`, ""},
		{`{"defectgate":1,` + tool + `,"defect":[]}`, `the head: "defect" is no member`, headHint},
		{`{"defectgate":1,` + tool + `,"scanned":-1,"defects":[]}`, `the head: scanned: -1 is no count`, "write how many things were looked at"},
		{`{"defectgate":1,` + tool + `,"ended":"yesterday","defects":[]}`, `the head: ended: "yesterday" is no time`, timeHint},
		{`{"defectgate":1,` + tool + `,"database":{"built":"?"},"defects":[]}`, `the head: database.built: "?" is no time`, timeHint},
		{`{"defectgate":1,` + tool + `,"subject":{"digests":["sha256:ABC"]},"defects":[]}`, `the head: subject.digests: "sha256:ABC" is no digest`,
			"write it as sha256: and 64 hexadecimal digits in lower case"},
		{`{"defectgate":1,` + tool + `,"subject":{"commit":"5f2b7c1"},"defects":[]}`, `the head: subject.commit: "5f2b7c1" is no id of a commit`,
			"write all its 40 or 64 hexadecimal digits, in lower case"},
	})
}

func TestBadSyntax(t *testing.T) {
	for _, document := range []string{
		`{"defectgate":1,"tool":{"name":"x"},"defects":[{"id":"a","kind":"design","severity":"critical","severity":"low"}]}`,
		`{"defectgate":1,"tool":{"name":"x"},"tool":{"name":"y"},"defects":[]}`,
		`{"defectgate":1,"tool":{"name":"x"},"defects":[],"defects":[]}`,
		`{"defectgate":1,"tool":{"name":"` + "\xff" + `"},"defects":[]}`,
		`{"defectgate":1,"tool":{"name":"x"},"defects":[{"id":"a","kind":"design","score":NaN}]}`,
		`{"defectgate":1,"tool":{"name":"x"},"defects":[]} {}`,
		`null`, ``, `[]`, `7`,
	} {
		_, _, err := reporttest.Parse(native.JSON, []byte(document))
		require.Error(t, err, document)
	}
}

func TestBadLines(t *testing.T) {
	head := `{"defectgate":1,"tool":{"name":"x"}}` + "\n"
	good := `{"id":"BB-1","kind":"design"}` + "\n"
	endHint := `write {"end": true, "count": N}, with the number of records, and nothing else`
	cutError := "the last record with the count is missing, the document is cut: unexpected EOF"
	requireRefused(t, native.NDJSON, []wrong{
		{``, cutError, ""},
		{head, cutError, ""},
		{head + good, cutError, ""},
		{good + `{"end":true,"count":1}`, `the head: "id" is no member`, headHint},
		{`{"defectgate":1}` + "\n" + `{"end":true,"count":0}`, `the head: tool.name: it is missing`, toolHint},
		{head + good + `{"end":true,"count":2}`, `the end: it counts 2 records, the document has 1`, "write the document anew"},
		{head + good + `{"end":true}`, `the end: it is not whole`, endHint},
		{head + good + `{"count":1}`, `the end: it is not whole`, endHint},
		{head + good + `{"end":false,"count":1}`, `the end: it is not whole`, endHint},
		{head + `{"id":"BB-1","kind":"design","end":true,"count":0}`, `the end: it is not whole`, endHint},
		{head + `{"end":true,"count":0}` + "\n" + good, `the end: something follows it`, ""},
		{head + good + `{"id":"BB-2","kind":"bug"}`, `record 2 "BB-2": kind: "bug" is no kind`, kindHint},
		{head + `{"id":"BB-1","kind":"design","titel":"x"}`, `record 1 "BB-1": "titel" is no member`, recordHint},
	})
}

func TestBadSheets(t *testing.T) {
	head := "#defectgate,1\n#tool,x\n"
	good := head + "id,kind,severity,title\nINC-1,design,low,x\n"
	commaHint := "export the sheet again, with the comma as field delimiter"
	beginHint := "begin the sheet with #defectgate,1"
	metaHint := "use #defectgate,1; #tool,NAME,VERSION; #database,VERSION,BUILT; #started,TIME; #ended,TIME; " +
		"#subject,NAME,DIGESTS,REPOSITORY,COMMIT; #scanned,NUMBER"
	quoteHint := "put a text that holds a comma, a quote or a line break into quotes"
	requireRefused(t, native.CSV, []wrong{
		{"id,kind,severity\n", `line 1: "id" stands there`, beginHint},
		{"#defectgate;1\n#tool;x\n", `line 1: the columns are separated by semicolons, not by commas`, commaHint},
		{"#defectgate\t1\n", `line 1: the columns are separated by tabs, not by commas`, commaHint},
		{head + "id;kind;severity\n", `line 3: the columns are separated by semicolons, not by commas`, commaHint},
		{"#defectgate,2\n", `line 1: defectgate: version 2 is not known`, "write version 1, or use a newer program"},
		{"#defectgate,one\n", `line 1: #defectgate: want a whole number, have "one"`, "write #defectgate,1"},
		{"#defectgate,1\nid,kind,severity\n", `the head: tool.name: it is missing`, toolHint},
		{head + "#tols,y\n", `line 3: "#tols" is no line of the head`, metaHint},
		{head + "#tool,y\n", `line 3: a second #tool`, ""},
		{head + "#ended,2026-01-31,x\n", `line 3: #ended has 1 cells too many`, "write #ended,TIME"},
		{head + "#ended,31.01.2026\nid,kind,severity\n", `the head: ended: "31.01.2026" is no time`, timeHint},
		{head + "#scanned,many\n", `line 3: #scanned: want a whole number, have "many"`, "write #scanned,NUMBER"},
		{head + "#end,0\n", `line 3: #end stands before the names of the columns`, "write the names of the columns even if no record follows"},
		{head + "id,kind\n", `line 3: the column "severity" is missing`, ""},
		{head + "id,kind,severity,id\n", `line 3: a second column "id"`, ""},
		{head + "id,kind,severity,component\n", `line 3: "component" is no column`, "use some of " + columns},
		{head + "id,kind,severity,ratings\n", `line 3: "ratings" is no column`, "use some of " + columns},
		{good + "INC-2,design,low\n", `line 5: it has 3 fields, the header has 4`, quoteHint},
		{good + "INC-2,design,low,a, b\n", `line 5: it has 5 fields, the header has 4`, quoteHint},
		{good + "INC-2,bug,low,a\n", `line 5 "INC-2": kind: "bug" is no kind`, kindHint},
		{good + "\"INC\n2\",bug,low,a\n", `line 5 "INC\n2": kind: "bug" is no kind`, kindHint},
		{good + ",,,\n", `line 5: id: want a name, have ""`, nameHint},
		{good + "INC-2,design,low,\xe4\n", `line 5: invalid UTF-8`, `save the sheet as "CSV UTF-8"`},
		{good + "INC-2,design,low,\"a\"b\n#end,2\n", `parse error on line 5, column 20: extraneous or missing " in quoted-field`, ""},
		{good + "#end,2\n", `line 5: #end: it counts 2 records, the document has 1`, "write the document anew"},
		{good + "#end\n", `line 5: the end is not whole`, "write #end,N with the number of records"},
		{good + "#end,all\n", `line 5: #end: want a whole number, have "all"`, ""},
		{good + "#end,1\nINC-2,design,low,x\n", `line 5: something follows the end`, ""},
		{good + "#end,1\n\"INC-2", `parse error on line 6, column 7: extraneous or missing " in quoted-field`, ""},
		{good, "the last record with the count is missing, the document is cut: unexpected EOF", ""},
		{"", "the last record with the count is missing, the document is cut: unexpected EOF", ""},
		{head + "id,kind,severity,,\nINC-1,design,low,,x\n", `line 4 "INC-1": "x" stands in a column without a name`, ""},
		{head + "id,kind,severity,score\nINC-1,design,low,\"7,5\"\n", `line 4 "INC-1": score: want a number such as 7.5, have "7,5"`, ""},
		{head + "id,kind,severity,location.line\nINC-1,design,low,x\n", `line 4 "INC-1": location.line: want a whole number, have "x"`, ""},
		{head + "id,kind,severity,exploited\nINC-1,design,low,yes\n", `line 4 "INC-1": exploited: want true or false, have "yes"`, ""},
		{head + "id,kind,severity,kev.ransomware\nINC-1,design,low,0\n", `line 4 "INC-1": kev.ransomware: want true or false, have "0"`, ""},
		{head + "id,kind,severity,epss\nINC-1,design,low,NaN\n",
			`line 4 "INC-1": epss: NaN is no probability`, "write a probability from 0 to 1: 0.97 for 97 %"},
		{head + "id,kind,severity,cwes\nINC-1,design,low,79 XSS\n", `line 4 "INC-1": cwes: "XSS" is no weakness: write 79 or CWE-79`, ""},
	})
}

var columns = strings.Join([]string{
	"id", "aliases", "related", "kind", "severity", "vector", "score",
	"risk.skill_level", "risk.motive", "risk.opportunity", "risk.size",
	"risk.ease_of_discovery", "risk.ease_of_exploit", "risk.awareness", "risk.intrusion_detection",
	"risk.loss_of_confidentiality", "risk.loss_of_integrity", "risk.loss_of_availability", "risk.loss_of_accountability",
	"risk.financial_damage", "risk.reputation_damage", "risk.non_compliance", "risk.privacy_violation",
	"title", "remedy", "url", "cwes", "component.purl", "component.name",
	"component.version", "component.fixed", "location.path", "location.line", "location.layer", "location.logical", "hash", "snippet", "secret",
	"certainty", "state", "by", "reason", "said_at", "first_seen", "published", "fixed_since", "exploited_since", "epss", "kev.added",
	"kev.due", "kev.ransomware", "exploited",
}, ", ")

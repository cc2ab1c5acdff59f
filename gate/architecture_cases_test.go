package gate_test

// architectureCases are files that one rule refuses, and, where refusedBy is empty, files that look alike and are allowed.
var architectureCases = []struct{ refusedBy, path, code string }{
	{"every package has a room", "util/strings.go", ``},
	{"every package has a room", "main.go", ``},
	{"every package has a room", "gateway/gateway.go", ``},
	{"", "examples/embed/main.go", `import "github.com/defectgate/defectgate/policy"`},

	{"gate imports no other room", "gate/check.go", `import "github.com/defectgate/defectgate/policy"`},
	{"gate imports no other room", "gate/check.go", `import "github.com/defectgate/defectgate/gate/ledger"`},
	{"gate imports no other room", "gate/check.go", `import p "github.com/defectgate/defectgate/integrations/scanner"`},
	{"", "gate/check.go", `import "github.com/package-url/packageurl-go"`},

	{"a room of gate imports gate and its own parts", "gate/signoff/a.go", `import "github.com/defectgate/defectgate/gate/ledger"`},
	{"a room of gate imports gate and its own parts", "gate/ledger/a.go", `import "github.com/defectgate/defectgate/policy"`},
	{"a room of gate imports gate and its own parts", "gate/ledger/sqlite/a.go", `import "github.com/defectgate/defectgate/gate/ledger"`},
	{"", "gate/ledger/a.go", `import ("github.com/defectgate/defectgate/gate"; "github.com/defectgate/defectgate/gate/ledger/sqlite")`},

	{"policy imports gate and its own parts", "policy/load.go", `import "github.com/defectgate/defectgate/gate/signoff"`},
	{"policy imports gate and its own parts", "policy/load.go", `import "github.com/defectgate/defectgate/integrations/feed/epss"`},
	{"policy imports gate and its own parts", "policy/defectgate/embed.go", `import "github.com/defectgate/defectgate/policy"`},
	{"", "policy/load.go", `import ("github.com/defectgate/defectgate/gate"; "github.com/defectgate/defectgate/policy/defectgate")`},

	{integrationArrow, "integrations/scanner/trivy/a.go", `import "github.com/defectgate/defectgate/integrations/scanner/grype"`},
	{integrationArrow, "integrations/scanner/trivy/a.go", `import "github.com/defectgate/defectgate/integrations/scanner"`},
	{integrationArrow, "integrations/scanner/scanner.go", `import "github.com/defectgate/defectgate/integrations/feed/kev"`},
	{integrationArrow, "integrations/internal/httpapi/a.go", `import "github.com/defectgate/defectgate/integrations/scanner"`},
	{integrationArrow, "integrations/output/text/a.go", `import "github.com/defectgate/defectgate/policy"`},
	{"", "integrations/scanner/scanner.go", `import "github.com/defectgate/defectgate/integrations/scanner/trivy"`},
	{"", "integrations/platform/github/a.go", `import "github.com/defectgate/defectgate/integrations/internal/httpapi"`},
	{"", "integrations/platform/github/a.go", `import "github.com/defectgate/defectgate/gate/signoff"`},

	{integrationArrow + ", nobody imports cmd", "integrations/output/text/a.go", `import "github.com/defectgate/defectgate/cmd/defectgate"`},
	{"nobody imports cmd", "examples/embed/main.go", `import "github.com/defectgate/defectgate/cmd/defectgate/config"`},
	{"nobody imports cmd", "cmd/other/main.go", `import "github.com/defectgate/defectgate/cmd/defectgate/config"`},
	{"", "cmd/defectgate/main.go", `import "github.com/defectgate/defectgate/cmd/defectgate/config"`},
	{"", "cmd/defectgate/main.go", `import ("github.com/defectgate/defectgate/policy"; "github.com/defectgate/defectgate/integrations/scanner")`},
	{"", "gate/check.go", `import "github.com/defectgate/defectgate-else/cmd"`},

	{"nothing happens because a package is imported", "cmd/defectgate/main.go", `func init() {}`},
	{"nothing happens because a package is imported", "gate/ledger/a.go", `import _ "modernc.org/sqlite"`},
	{"", "policy/embed.go", `import _ "embed"`},
	{"", "gate/check.go", `type t struct{}; func (t) init() {}`},

	{"time is an argument", "gate/check.go", `import "time"; var t = time.Now()`},
	{"time is an argument", "gate/check.go", `import "time"; var now = time.Now`},
	{"time is an argument", "policy/load.go", `import clock "time"; func age(t clock.Time) clock.Duration { return clock.Since(t) }`},
	{"time is an argument", "integrations/feed/kev/a.go", `import "time"; func left(t time.Time) time.Duration { return time.Until(t) }`},
	{"time is an argument", "gate/check.go", `import . "time"; var t = Now()`},
	{"", "cmd/defectgate/main.go", `import "time"; var t = time.Now()`},
	{"", "gate/check.go", `import "time"; type g struct{ Now func() time.Time }; func (g g) at() time.Time { return g.Now() }`},

	{"JSON is read strictly", "integrations/scanner/trivy/a.go", `import "encoding/json"`},
	{"JSON is read strictly", "cmd/defectgate/main.go", `import std "encoding/json"`},
	{"", "policy/input.go", `import "github.com/go-json-experiment/json"`},
}

const integrationArrow = "an integration imports gate, what integrations share, and its own parts"

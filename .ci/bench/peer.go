package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
)

//go:embed peer.rego
var loop []byte

// rules is where the built-in policies lie, seen from the root of the repository.
const rules = "policy/defectgate"

// peer gives the command that judges a document with `opa eval`. A bundle, and a store made for reading, were the fastest of its ways by a little;
// bundles optimised with `opa build -O=1` and `-O=2` brought nothing.
func (b *bench) peer(document string) command {
	return command{b.opa, []string{"eval", "--bundle", b.path("bundle"), "--optimize-store-for-read-speed", "--strict-builtin-errors",
		"--format", "raw", "--input", document, "data.bench.counts"}, []int{0}}
}

// bundle writes the built-in rules, without tests, and beside them what the program gives to them: a decision holds the settings and the rules that
// it was made with.
func (b *bench) bundle(decision *decision) error {
	dir := b.path("bundle")
	if err := copyRules(filepath.Join(dir, "defectgate")); err != nil {
		return err
	}
	asked, err := askedOf(decision)
	if err != nil {
		return err
	}
	data, err := json.Marshal(map[string]any{
		"defectgate": map[string]any{"settings": decision.Evaluator.Settings},
		"bench":      map[string]any{"now_ns": now.UnixNano()},
	})
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(dir, "data.json"), data, 0o600),
		os.WriteFile(filepath.Join(dir, "asked.rego"), asked, 0o600), os.WriteFile(filepath.Join(dir, "bench.rego"), loop, 0o600))
}

func copyRules(to string) error {
	return fs.WalkDir(os.DirFS(rules), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".rego") || strings.HasSuffix(path, "_test.rego") {
			return err
		}
		text, err := os.ReadFile(filepath.Join(rules, path))
		if err != nil {
			return err
		}
		target := filepath.Join(to, path)
		return errors.Join(os.MkdirAll(filepath.Dir(target), 0o700), os.WriteFile(target, text, 0o600))
	})
}

// askedOf writes the rules that the program asks about each defect: by their names, as it does, with the levels of their settings.
func askedOf(d *decision) ([]byte, error) {
	reports, levels := []byte("package bench\n\nreports := {\n"), []byte("levels := {\n")
	for _, rule := range d.Evaluator.Rules {
		category, name, _ := strings.Cut(rule.ID, "/")
		module, err := os.ReadFile(filepath.Join(rules, "rules", category, name, name+".rego"))
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", rule.ID, err)
		}
		if strings.Contains(string(module), "\n#   scope: artifact\n") {
			continue
		}
		reports = fmt.Appendf(reports, "\t%q: data.defectgate.rules.%s.%s.report,\n", rule.ID, category, name)
		levels = fmt.Appendf(levels, "\t%q: %q,\n", rule.ID, d.Evaluator.Settings[category][name]["level"])
	}
	return fmt.Appendf(reports, "}\n\n%s}\n", levels), nil
}

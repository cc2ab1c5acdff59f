// Command fakes cuts what the fake GitHub of the tests is checked against out of GitHub's own descriptions, which Octokit publishes as npm packages:
// of REST the operations that the fake has, of GraphQL the types that it answers with, and some examples of events.
//
// Run it at the root of the repository, with npm at hand, when the fake has learned an operation or when a version below changes: make fakes
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// folder is where the cuts are kept; the fake embeds them, so that no test needs npm.
const folder = "integrations/platform/github/githubtest/testdata"

// The packages, with the hashes that npm has of them.
var (
	openAPI = pack{
		name: "@octokit/openapi", version: "23.0.2",
		integrity: "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
		wanted:    []string{"generated/api.github.com.json", "LICENSE"},
	}
	graphQL = pack{
		name: "@octokit/graphql-schema", version: "15.26.1",
		integrity: "sha512-RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
		wanted:    []string{"schema.graphql", "LICENSE.md"},
	}
	webhooks = pack{
		name: "@octokit/webhooks-examples", version: "7.6.1",
		integrity: "sha512-De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ==",
		wanted:    []string{"api.github.com/index.json", "package.json"},
	}
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fakes:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	temporary, err := os.MkdirTemp("", "defectgate-fakes-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	cuts := map[string][]byte{}
	for _, c := range []struct {
		of   pack
		cut  func(map[string][]byte) ([]byte, error)
		file string
	}{
		{openAPI, cutOpenAPI, "openapi.json"},
		{graphQL, cutGraphQL, "schema.graphql"},
		{webhooks, cutEvents, "events.json"},
	} {
		files, err := c.of.fetch(temporary)
		if err != nil {
			return err
		}
		if cuts[c.file], err = c.cut(files); err != nil {
			return fmt.Errorf("cut %s out of %s: %w", c.file, c.of, err)
		}
		cuts["LICENSE"] = append(cuts["LICENSE"], c.of.notice(c.file, files)...)
	}
	return write(cuts)
}

func write(cuts map[string][]byte) error {
	for name, text := range cuts {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d bytes\n", path, len(text))
	}
	return nil
}

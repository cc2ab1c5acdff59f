package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// exceptionsFile is the register of the exceptions files that were read.
type exceptionsFile []gate.Exception

// Exceptions gives all of them: which are for the artifact is told by their scope.
func (f exceptionsFile) Exceptions(context.Context, gate.Artifact) ([]gate.Exception, error) {
	return slices.Clone(f), nil
}

func readExceptions(from *trusted, paths []string) (exceptionsFile, error) {
	var all exceptionsFile
	origins := map[string]string{}
	for _, path := range paths {
		text, err := from.read(path)
		if text == nil && err == nil {
			continue
		}
		if err != nil && gate.HintOf(err) != "" {
			return nil, fmt.Errorf("exceptions: %w", err)
		}
		if err != nil {
			return nil, gate.WithHint(fmt.Errorf("exceptions: %w", err), "name a file that is there with --exceptions, or remove it from `exceptions:`")
		}
		exceptions, err := signoff.ParseFile(path, text)
		if err != nil {
			return nil, gate.WithHint(config.InWords(err), "an exceptions file is read whole or not at all: mend every line that is named")
		}
		sum := sha256.Sum256(text)
		for i := range exceptions {
			e := &exceptions[i]
			e.File = hex.EncodeToString(sum[:])
			if first, twice := origins[e.ID]; twice {
				return nil, gate.WithHint(fmt.Errorf("%s: id %q stands already in %s", e.Origin, e.ID, first), "give each exception an id of its own")
			}
			origins[e.ID] = e.Origin
		}
		all = append(all, exceptions...)
	}
	return all, nil
}

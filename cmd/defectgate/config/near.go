package config

import (
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/defectgate/defectgate/gate"
)

// nearName fits what people take for the name of the configuration.
var nearName = regexp.MustCompile(`(?i)^\.?defectgate\.ya?ml$`)

// absent reports whether nothing has a name, not even a link that leads nowhere.
func absent(name string) bool {
	_, err := os.Lstat(name)
	return errors.Is(err, os.ErrNotExist)
}

// misnamed refuses a folder in which somebody wrote a configuration that nobody reads.
func misnamed(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	for _, entry := range entries {
		if nearName.MatchString(entry.Name()) {
			return gate.WithHint(fmt.Errorf("configuration: %q lies here, and only %q is read", entry.Name(), DefaultPath),
				"rename it to %s, or name it with --config %s", DefaultPath, entry.Name())
		}
	}
	return nil
}

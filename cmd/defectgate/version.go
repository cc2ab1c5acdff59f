package main

import (
	"fmt"
	"runtime"

	opa "github.com/open-policy-agent/opa/v1/version"
	"github.com/spf13/cobra"
)

func versionText() string {
	if commit == "" {
		return version
	}
	return version + " (" + commit + ")"
}

func versionCommand(w world) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of the policy engine",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(w.stdout, "defectgate %s\nOPA %s, %s, %s/%s\n", versionText(), opa.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return undecidedIf(err)
		},
	}
}

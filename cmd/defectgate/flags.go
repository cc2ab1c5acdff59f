package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
)

// filled is the value of a flag that is never empty: a variable that a CI job forgot to set must not mean a default.
type filled string

// Set takes a text.
func (f *filled) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return gate.WithHint(errors.New("the value is empty"), "fill in the variable that it comes from, or leave the flag out")
	}
	*f = filled(text)
	return nil
}

// String gives the text.
func (f *filled) String() string { return string(*f) }

// Type names the value in the help.
func (f *filled) Type() string { return "string" }

// budget is the value of a flag that gives time for something: none is no budget.
type budget time.Duration

// Set takes a time span above zero.
func (b *budget) Set(text string) error {
	span, err := time.ParseDuration(text)
	if err != nil || span <= 0 {
		span, err = config.ParseSpan(text)
	}
	*b = budget(span)
	return err
}

// String writes the span as Set reads it.
func (b *budget) String() string { return time.Duration(*b).String() }

// Type names the value in the help.
func (b *budget) Type() string { return "duration" }

// configFlag is the flag of every command that reads the configuration.
func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().VarP((*filled)(path), "config", "c", "configuration file (default defectgate.yaml, where there is one)")
}

// misused says what is wrong with an argument, and where arguments are explained.
func misused(cmd *cobra.Command, err error) error {
	if err = inWords(err); gate.HintOf(err) != "" {
		return err
	}
	return gate.WithHint(err, "see: %s --help", cmd.CommandPath())
}

// inWords says of the value of a flag what it should be.
func inWords(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	flag := invalid.GetFlag()
	if flag.Value.Type() == "bool" {
		return fmt.Errorf("--%s: %q is neither true nor false", flag.Name, invalid.GetValue())
	}
	return fmt.Errorf("--%s: %w", flag.Name, errors.Unwrap(invalid))
}

// unspecified is a call without a command: a variable that was to hold one is empty, perhaps. The help is printed, and the build is not green.
func unspecified(cmd *cobra.Command, _ []string) error {
	if err := cmd.Help(); err != nil {
		return err
	}
	return &failure{code: exitMisuse}
}

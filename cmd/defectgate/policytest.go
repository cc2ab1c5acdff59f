package main

import "github.com/spf13/cobra"

func policyTest(w world) *cobra.Command { return &cobra.Command{Use: "test"} }

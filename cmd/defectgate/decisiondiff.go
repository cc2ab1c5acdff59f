package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

func decisionDiff(w world) *cobra.Command {
	var address, format string
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Say what is different in decision B since A, and why: program, policies, settings, feeds, exceptions, defects, ratings",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format: %q is neither text nor json", format)
			}
			return readLedger(cmd, w, address, func(s *store.Store) error {
				before, ofBefore := ledger.Find(cmd.Context(), s, args[0])
				after, ofAfter := ledger.Find(cmd.Context(), s, args[1])
				if err := errors.Join(undecidedUnlessMisnamed(ofBefore), undecidedUnlessMisnamed(ofAfter)); err != nil {
					return err
				}
				return undecidedIf(tellDifferences(w, format, ledger.Diff(before.Decision, after.Decision)))
			})
		},
	}
	ledgerFlag(cmd, &address)
	cmd.Flags().StringVarP(&format, "format", "f", "text", "text or json")
	return cmd
}

func tellDifferences(w world, format string, list []ledger.Difference) error {
	if format == "json" {
		err := json.MarshalWrite(w.stdout, list, gate.Deterministic, jsontext.WithIndent("  "))
		return errors.Join(err, line(w, ""))
	}
	for _, d := range list {
		about := d.What
		if d.Defect != "" {
			about += " " + gate.CleanLine(d.Defect, 100)
		}
		if err := line(w, about+":"); err != nil {
			return err
		}
		for _, side := range []struct{ sign, text string }{{"-", d.Was}, {"+", d.Is}} {
			if side.text == "" {
				continue
			}
			if err := line(w, "  "+side.sign+" "+gate.CleanLine(side.text, 1000)); err != nil {
				return err
			}
		}
	}
	if len(list) == 0 {
		return line(w, "no difference")
	}
	return nil
}

func line(w world, text string) error {
	_, err := fmt.Fprintln(w.stdout, text)
	return err
}

// The names of the files of an exported decision.
const (
	exportedBundle = "decision.bundle.json"
	exportedProof  = "decision.tlog-proof"
	exportedBytes  = "bytes" // folder: each file is called by its SHA-256
)

func decisionExport(w world) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "export ID FOLDER",
		Short: "Write everything that is needed to verify and replay a decision elsewhere: record, proof, input document, policies",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Lstat(filepath.Join(args[1], exportedBundle)); err == nil {
				return gate.WithHint(fmt.Errorf("the folder %q holds a decision already", args[1]), "name another")
			}
			return readLedger(cmd, w, address, func(s *store.Store) error {
				report, err := shown(cmd, s, args[0])
				if err != nil {
					return err
				}
				return undecidedIf(exportTo(cmd, s, report, args[1]))
			})
		},
	}
	ledgerFlag(cmd, &address)
	return cmd
}

func exportTo(cmd *cobra.Command, s *store.Store, report *gate.Report, folder string) error {
	put := func(name string, text []byte) error {
		file, err := createAnywhere(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		_, err = file.Write(text)
		return errors.Join(err, file.Close())
	}
	for _, name := range ledger.Needs(&report.Decision) {
		text, err := s.Blob(cmd.Context(), name)
		if err == nil {
			err = put(filepath.Join(exportedBytes, name), text)
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(put(exportedProof, report.Proof), put(exportedBundle, report.Bundle)) // the record last: it says that all is there
}

// exported is a decision that was exported to a folder.
type exported string

func (e exported) decision() (*gate.Decision, error) {
	text, err := readWhole(filepath.Join(string(e), exportedBundle))
	if err != nil {
		return nil, err
	}
	envelope, err := record.ParseBundle(text)
	if err != nil {
		return nil, err
	}
	return record.ParseDecision(envelope.Payload)
}

// bytes gives a file by its SHA-256, and refuses another.
func (e exported) bytes(name string) ([]byte, error) {
	text, err := readWhole(filepath.Join(string(e), exportedBytes, filepath.Base(name)))
	if err != nil {
		return nil, err
	}
	if have := (gate.Attachments{}).Add(text).SHA256; have != name {
		return nil, fmt.Errorf("the file %s has the SHA-256 %s: it was changed", name, have)
	}
	return text, nil
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

func keyCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "key", Short: "Make the keys that sign decisions, and say since when and until when each counts", Args: cobra.NoArgs,
		RunE: unspecified}
	cmd.AddCommand(keyGenerate(w), keyPublic(w), keyRotate(w), keyRevoke(w))
	return cmd
}

// keyring are the flags of the commands that change a key set.
type keyring struct {
	algorithm, use, name, set, old, reason, from string
}

func (k *keyring) setFlag(cmd *cobra.Command, usage string) {
	cmd.Flags().Var((*filled)(&k.set), "keys", usage)
}

func (k *keyring) algorithmFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&k.algorithm, "algorithm", key.Algorithms()[0], strings.Join(key.Algorithms(), " or "))
}

// made makes a private key, has its public key entered in the set, and writes both, or neither. It never replaces a file with a key.
func (k *keyring) made(w world, path string, set *key.Set, enter func(*key.Public) error) error {
	if filepath.Clean(path) == filepath.Clean(k.set) {
		return gate.WithHint(fmt.Errorf("the private key and the key set would both be %q", path), "give each a file of its own")
	}
	private, err := key.Generate(k.algorithm)
	if err != nil {
		return err
	}
	if err := enter(private.Public()); err != nil {
		return err
	}
	text, err := private.MarshalPEM()
	if err != nil {
		return err
	}
	if err := key.Write(path, text); err != nil {
		return err
	}
	if k.set != "" {
		if err := set.Write(k.set); err != nil {
			return errors.Join(err, os.Remove(path)) // a key that is in no set is of no use
		}
	}
	_, err = fmt.Fprintln(w.stdout, private.ID())
	return undecidedIf(err)
}

func keyGenerate(w world) *cobra.Command {
	var k keyring
	cmd := &cobra.Command{
		Use:   "generate [flags] PATH",
		Short: "Write a new private key to PATH, and add its public key to a key set",
		Long: `Write a new private key to PATH, and add its public key to a key set.

The private key belongs to whoever signs: a secret of the CI job. The key set, with the public keys, is for everybody who verifies; it is made
where it is not there yet. A key for decisions does not sign the checkpoints of the log: make one of each.`,
		Example: `  defectgate key generate --keys keys.json decision.pem
  defectgate key generate --keys keys.json --use log log.pem`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := k.open(true)
			if err != nil {
				return err
			}
			from, err := k.validFrom(w)
			if err != nil {
				return err
			}
			return k.made(w, args[0], set, func(p *key.Public) error { return set.Add(p, key.Use(k.use), k.name, from) })
		},
	}
	k.algorithmFlag(cmd)
	k.setFlag(cmd, "key set to which the public key is added (default none)")
	cmd.Flags().StringVar(&k.use, "use", string(key.Decision), "what it signs: "+useNames())
	cmd.Flags().Var((*filled)(&k.name), "name", "what people call it (default none)")
	cmd.Flags().Var((*filled)(&k.from), "valid-from", "day, or instant in RFC 3339, since when what it signs counts (default now)")
	return cmd
}

// validFrom is since when a new key counts.
func (k *keyring) validFrom(w world) (time.Time, error) {
	if k.from == "" {
		return w.now().UTC().Truncate(time.Second), nil
	}
	return dayOrInstant("--valid-from", k.from)
}

func useNames() string {
	var names []string
	for _, use := range key.Uses() {
		names = append(names, string(use))
	}
	return strings.Join(names, ", ")
}

// open reads the key set; one that is to be made is empty.
func (k *keyring) open(made bool) (*key.Set, error) {
	if k.set == "" {
		return &key.Set{}, nil
	}
	set, err := key.ReadSet(k.set)
	if made && errors.Is(err, fs.ErrNotExist) {
		return &key.Set{}, nil
	}
	return set, err
}

func keyPublic(w world) *cobra.Command {
	return &cobra.Command{
		Use:   "public KEY",
		Short: "Print the public key of a private key: a PEM file, env:NAME, or - for standard input",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			private, err := key.Read(args[0], key.Where{Stdin: w.stdin, Getenv: w.getenv})
			if err != nil {
				return err
			}
			text, err := private.Public().MarshalPEM()
			if err != nil {
				return err
			}
			_, err = w.stdout.Write(text)
			return undecidedIf(err)
		},
	}
}

func keyRotate(w world) *cobra.Command {
	var k keyring
	cmd := &cobra.Command{
		Use:   "rotate [flags] PATH",
		Short: "Write a new private key to PATH, and let it take the place of another from now on",
		Long: `Write a new private key to PATH, and let it take the place of another from now on.

What the old key has signed until now counts as before. For a key that was stolen that would be wrong: revoke it.`,
		Example: `  defectgate key rotate --keys keys.json --old 3f9a0c51 decision-2027.pem`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := k.mustOpen(k.old, "--old")
			if err != nil {
				return err
			}
			return k.made(w, args[0], set, func(p *key.Public) error { return set.Rotate(k.old, p, w.now().UTC()) })
		},
	}
	k.algorithmFlag(cmd)
	k.setFlag(cmd, "key set that is changed")
	cmd.Flags().Var((*filled)(&k.old), "old", "id of the key that ends, or its beginning")
	return cmd
}

// mustOpen opens the key set of a command that needs one, and a key of it.
func (k *keyring) mustOpen(id, flag string) (*key.Set, error) {
	if k.set == "" || id == "" {
		return nil, gate.WithHint(fmt.Errorf("%s is missing", cmp.Or(map[bool]string{true: "--keys"}[k.set == ""], flag)),
			"name the key set with --keys, and the key by its id")
	}
	return k.open(false)
}

func keyRevoke(w world) *cobra.Command {
	var k keyring
	cmd := &cobra.Command{
		Use:   "revoke [flags] ID",
		Short: "Take a key out of use for good: nothing that it signed counts any more, whenever that was",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := k.mustOpen(args[0], "ID")
			if err != nil {
				return err
			}
			if err := set.Revoke(args[0], w.now().UTC().Truncate(time.Second), k.reason); err != nil {
				return err
			}
			return set.Write(k.set)
		},
	}
	k.setFlag(cmd, "key set that is changed")
	cmd.Flags().Var((*filled)(&k.reason), "reason", "why, for those who verify (default none)")
	return cmd
}

package github

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/google/go-github/v62/github"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Branch keeps the files of a ledger through the Git data API: blobs, a tree and a commit are made, which nobody sees, and then the branch is moved
// to it unless it was moved by somebody else.
type Branch struct {
	*Client
	name string
	at   map[string][]byte // contents that are here already, by their ids
}

var _ ledger.Branch = (*Branch)(nil)

// right is what a job needs to read a branch, and to write to it.
const (
	readContents  = "contents: read"
	writeContents = "contents: write"
)

// Branch gives a branch by its name, whether there is one or not.
func (c *Client) Branch(name string) (*Branch, error) {
	if err := LedgerBranch(name); err != nil {
		return nil, err
	}
	return &Branch{Client: c, name: name}, nil
}

// Name is that of the branch.
func (b *Branch) Name() string { return b.name }

func (b *Branch) ref() string { return "refs/heads/" + b.name }

// Head gives its newest commit; "" where there is no such branch.
func (b *Branch) Head(ctx context.Context) (string, error) {
	ref, _, err := b.api.Git.GetRef(ctx, b.owner, b.Client.name, b.ref())
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", b.seesRepository(ctx)
	case err != nil:
		return "", b.problem("read the branch of the ledger", readContents, err)
	case ref.GetRef() != b.ref():
		return "", fmt.Errorf("asked for %s, GitHub answered with %q", b.ref(), gate.CleanLine(ref.GetRef(), 100))
	}
	return ref.GetObject().GetSHA(), nil
}

// seesRepository tells a branch that is not there from a repository that is not shown: the answers are the same.
func (b *Branch) seesRepository(ctx context.Context) error {
	_, err := b.Repository(ctx)
	return err
}

// Files gives the id of each file, by its path.
func (b *Branch) Files(ctx context.Context, commit string) (map[string]string, error) {
	tree, _, err := b.api.Git.GetTree(ctx, b.owner, b.Client.name, commit, true)
	if err != nil {
		return nil, b.problem("list the branch of the ledger", readContents, err)
	}
	if tree.GetTruncated() {
		return nil, gate.WithHint(fmt.Errorf("the branch %q has more files than GitHub lists", b.name),
			"move the ledger to a database: defectgate ledger export, and import")
	}
	files := map[string]string{}
	for _, e := range tree.Entries {
		if e.GetType() == "blob" {
			files[e.GetPath()] = e.GetSHA()
		}
	}
	return files, nil
}

// Content gives the bytes of a file.
func (b *Branch) Content(ctx context.Context, id string) ([]byte, error) {
	if text, here := b.at[id]; here {
		delete(b.at, id)
		return text, nil
	}
	text, _, err := b.api.Git.GetBlobRaw(ctx, b.owner, b.Client.name, id)
	if err != nil {
		return nil, b.problem("read the branch of the ledger", readContents, err)
	}
	return text, nil
}

// Commit changes files on top of a commit, and moves the branch there. See [ledger.Branch].
func (b *Branch) Commit(ctx context.Context, on string, files map[string][]byte, message string) (string, error) {
	tree, err := b.tree(ctx, on, files)
	if err != nil {
		return "", b.problem("write to the branch of the ledger", writeContents, err)
	}
	commit := &github.Commit{Message: &message, Tree: tree}
	if on != "" {
		commit.Parents = []*github.Commit{{SHA: &on}}
	}
	made, _, err := b.api.Git.CreateCommit(ctx, b.owner, b.Client.name, commit, nil)
	if err != nil {
		return "", b.problem("write to the branch of the ledger", writeContents, err)
	}
	return made.GetSHA(), b.move(ctx, on, made.GetSHA())
}

// move puts the branch at a commit. Whatever the answer says, where the branch is tells whether it worked: an answer can be lost.
func (b *Branch) move(ctx context.Context, on, to string) error {
	ref := &github.Reference{Ref: github.String(b.ref()), Object: &github.GitObject{SHA: &to}}
	var err error
	if on == "" {
		_, _, err = b.api.Git.CreateRef(ctx, b.owner, b.Client.name, ref)
	} else {
		_, _, err = b.api.Git.UpdateRef(ctx, b.owner, b.Client.name, ref, false)
	}
	if err == nil {
		return nil
	}
	now, unread := b.Head(ctx)
	switch {
	case unread != nil:
		return fmt.Errorf("%w; and whether it was written is not known: %w", b.problem("write to the branch of the ledger", writeContents, err), unread)
	case now != on: // also where it is at the new one, and the answer was lost: whoever catches up finds the entry
		return fmt.Errorf("%w: it is at %s", store.ErrBehind, shortCommit(now))
	}
	return b.problem("write to the branch of the ledger", writeContents, err)
}

// tree makes one with the changed files. Texts go along with it, other bytes before.
func (b *Branch) tree(ctx context.Context, on string, files map[string][]byte) (*github.Tree, error) {
	base := ""
	if on != "" {
		commit, _, err := b.api.Git.GetCommit(ctx, b.owner, b.Client.name, on)
		if err != nil {
			return nil, err
		}
		base = commit.GetTree().GetSHA()
	}
	var entries []*github.TreeEntry
	for path, text := range files {
		e := &github.TreeEntry{Path: github.String(path), Mode: github.String("100644"), Type: github.String("blob")}
		switch {
		case text == nil: // without a content and an id it is taken away
		case utf8.Valid(text):
			e.Content = github.String(string(text))
		default:
			blob, _, err := b.api.Git.CreateBlob(ctx, b.owner, b.Client.name,
				&github.Blob{Content: github.String(base64.StdEncoding.EncodeToString(text)), Encoding: github.String("base64")})
			if err != nil {
				return nil, err
			}
			e.SHA = blob.SHA
		}
		entries = append(entries, e)
	}
	tree, _, err := b.api.Git.CreateTree(ctx, b.owner, b.Client.name, base, entries)
	return tree, err
}

// shortCommit is the beginning of a commit's id.
func shortCommit(id string) string { return id[:min(12, len(id))] }

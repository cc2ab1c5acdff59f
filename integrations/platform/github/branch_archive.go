package github

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io"

	"github.com/google/go-github/v62/github"
)

// An archive is one question in place of so many.
const worthAnArchive = 16

// maxArchive bounds an archive, and what it expands to, in bytes.
const maxArchive = 256 << 20

// maxContent bounds a file that is taken from an archive, in bytes.
const maxContent = 32 << 20

// Expect fetches the archive of a commit where many of its files will be asked for. What it lacks, and what is not what its id says, is asked for one
// by one, and so is everything where there is no archive.
func (b *Branch) Expect(ctx context.Context, commit string, ids []string) {
	if len(ids) < worthAnArchive {
		return
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	packed, err := b.archive(ctx, commit)
	if err != nil {
		return
	}
	b.at = filesOf(packed, wanted)
}

// archive downloads all files of a commit. GitHub sends on to another server of its own, which needs no token.
func (b *Branch) archive(ctx context.Context, commit string) ([]byte, error) {
	at := &github.RepositoryContentGetOptions{Ref: commit}
	address, _, err := b.api.Repositories.GetArchiveLink(ctx, b.owner, b.Client.name, github.Tarball, at, 0)
	if err != nil {
		return nil, b.problem("download the branch of the ledger", readContents, err)
	}
	return b.download(ctx, address, maxArchive)
}

// filesOf gives the wanted files of an archive by their ids, as far as it can be read.
func filesOf(packed []byte, wanted map[string]bool) map[string][]byte {
	found := map[string][]byte{}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return found
	}
	files := tar.NewReader(io.LimitReader(unpacked, maxArchive))
	for {
		header, err := files.Next()
		if err != nil {
			return found
		}
		if header.Size > maxContent {
			continue // it is none of a ledger
		}
		text, err := io.ReadAll(files)
		if err != nil {
			return found
		}
		for _, id := range blobIDs(text) {
			if wanted[id] {
				found[id] = text
			}
		}
	}
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
)

// subjectOf reads --artifact: a package URL, an image with its digest, or a file to hash.
func subjectOf(named string) (gate.Subject, error) {
	name, digest, _ := strings.Cut(named, "@")
	switch {
	case strings.HasPrefix(named, "pkg:"):
		return packageSubject(named)
	case isSHA256(digest):
		return gate.Subject{Name: name, Digests: []string{digest}}, wantDigest(named, digest)
	}
	digest, err := hashFile(named)
	if errors.Is(err, fs.ErrNotExist) {
		return gate.Subject{}, unidentified(named, err)
	}
	if err != nil {
		return gate.Subject{}, gate.WithHint(fmt.Errorf("artifact: %w", err), "name an image as NAME@sha256:DIGEST, a package URL, or a file")
	}
	return gate.Subject{Name: named, Digests: []string{digest}}, nil
}

func packageSubject(named string) (gate.Subject, error) {
	p, err := packageurl.FromString(named)
	if err != nil {
		return gate.Subject{}, gate.WithHint(fmt.Errorf("artifact %q is no package URL: %w", named, err), "write it as pkg:TYPE/NAME@VERSION")
	}
	s := gate.Subject{Name: p.Name, PURL: named}
	if !isSHA256(p.Version) {
		return s, nil
	}
	s.Digests = []string{p.Version}
	return s, wantDigest(named, p.Version)
}

// isSHA256 reports whether a text is meant as a SHA-256 digest.
func isSHA256(text string) bool { return strings.HasPrefix(strings.ToLower(text), "sha256:") }

// wantDigest takes a digest in the one spelling that registries and reports have, that of the OCI image specification: another one would be
// equal to none of theirs.
func wantDigest(named, digest string) error {
	lower := strings.ToLower(digest)
	switch {
	case config.IsDigest(digest):
		return nil
	case config.IsDigest(lower):
		return gate.WithHint(fmt.Errorf("artifact %q: the letters of a digest are lower-case", named), "write the digest as %s", lower)
	}
	return gate.WithHint(fmt.Errorf("artifact %q has no SHA-256 digest behind its @", named),
		"write all its 64 hexadecimal digits: NAME@sha256:DIGEST")
}

// tagged fits an image that is named by its tag.
var tagged = regexp.MustCompile(`^[^@]*[^@/:]:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)

// unidentified says why a text, which names no file, tells nothing apart from all else.
func unidentified(named string, err error) error {
	switch {
	case isSHA256(named):
		return gate.WithHint(fmt.Errorf("artifact %q is a digest without a name", named), "write it as NAME@%s", strings.ToLower(named))
	case strings.Contains(named, "@"):
		return wantDigest(named, "")
	case tagged.MatchString(named):
		return gate.WithHint(fmt.Errorf("artifact %q has a tag and no digest: a tag is no identity, it may be another image tomorrow", named),
			"name it as %[1]s@sha256:DIGEST; the digest is printed by: docker buildx imagetools inspect %[1]s (or crane digest %[1]s)", named)
	}
	return gate.WithHint(fmt.Errorf("artifact: %w", err), "name an image as NAME@sha256:DIGEST, a package URL, or a file")
}

func hashFile(path string) (string, error) {
	file, err := config.OpenRegular(path)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), errors.Join(err, file.Close())
}

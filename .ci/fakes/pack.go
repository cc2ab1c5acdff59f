package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// pack is one version of a package of npm.
type pack struct {
	name, version, integrity string
	wanted                   []string // files
}

func (p pack) String() string { return p.name + "@" + p.version }

// fetch downloads the package into a folder and gives the files that are wanted. The others, some hundred megabytes, are not even unpacked.
func (p pack) fetch(temporary string) (map[string][]byte, error) {
	command := exec.Command("npm", "pack", "--silent", p.String())
	command.Dir, command.Stderr = temporary, os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", p, err)
	}
	archive, err := os.ReadFile(filepath.Join(temporary, strings.TrimSpace(string(output))))
	if err != nil {
		return nil, err
	}
	hash := sha512.Sum512(archive)
	if found := "sha512-" + base64.StdEncoding.EncodeToString(hash[:]); found != p.integrity {
		return nil, fmt.Errorf("%s: its hash is %s, and %s was expected", p, found, p.integrity)
	}
	files, err := p.unpack(archive)
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", p, err)
	}
	return files, nil
}

func (p pack) unpack(archive []byte) (map[string][]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	files, all := map[string][]byte{}, tar.NewReader(unzipped)
	for len(files) < len(p.wanted) {
		header, err := all.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("it does not hold all of %q", p.wanted)
		}
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(header.Name, "package/")
		if !slices.Contains(p.wanted, name) {
			continue
		}
		if files[name], err = io.ReadAll(all); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// notice says where a cut is from and on which terms it may be copied.
func (p pack) notice(cut string, files map[string][]byte) string {
	terms := string(slices.Concat(files["LICENSE"], files["LICENSE.md"]))
	if terms == "" {
		terms = p.declared(files["package.json"])
	}
	return fmt.Sprintf("%s is cut out of the npm package %s:\n\n%s\n\n", cut, p, strings.TrimSpace(terms))
}

// declared is what a package says of its terms that comes without their text.
func (p pack) declared(manifest []byte) string {
	var said struct {
		License    string `json:"license"`
		Author     string `json:"author"`
		Repository string `json:"repository"`
	}
	if err := json.Unmarshal(manifest, &said); err != nil || said.License != "MIT" {
		return "its terms are not known"
	}
	return fmt.Sprintf("%s License, by its package.json. Author: %s, %s.\nThe text of the licence is that of the first package above.",
		said.License, said.Author, said.Repository)
}

package policy

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// maxBundle bounds what a bundle unpacks to, in bytes.
const maxBundle = 256 << 20

// wholeArchive refuses what OPA's loader passes over in silence: links, of which tar makes one where a file was linked twice, files that stand twice,
// names in capitals, and bytes behind the end. A rule in them would be lost.
func wholeArchive(file io.Reader) error {
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	bounded := &io.LimitedReader{R: unpacked, N: maxBundle}
	if err := wholeMembers(tar.NewReader(bounded)); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, bounded); err != nil {
		return fmt.Errorf("behind its last file: %w", err)
	}
	if bounded.N == 0 {
		return fmt.Errorf("it unpacks to more than %d MiB", maxBundle>>20)
	}
	return nil
}

func wholeMembers(members *tar.Reader) error {
	seen := map[string]bool{}
	for {
		member, err := members.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path.Clean("/"+member.Name), "/")
		switch member.Typeflag {
		case tar.TypeDir, tar.TypeXGlobalHeader:
			continue
		case tar.TypeReg:
		default:
			return fmt.Errorf("%q is a link or no regular file: pack it with tar --hard-dereference, and without symbolic links", name)
		}
		if seen[name] {
			return fmt.Errorf("%q stands twice", name)
		}
		if seen[name] = true; isPolicyFile(name) != isPolicyFile(strings.ToLower(name)) {
			return fmt.Errorf("%q would be left out: write its name in small letters", name)
		}
	}
}

package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/defectgate/defectgate/gate"
)

// unopened is the error of a file that cannot be opened, in words that say what stands in the way.
type unopened struct {
	problem string
	err     error
}

func (u *unopened) Error() string { return u.problem }
func (u *unopened) Unwrap() error { return u.err }

// opened opens a file. Where that fails, what stands at its path tells more than the error.
func opened(path string, open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	r, err := open()
	if err != nil {
		return nil, look(path).explain(err)
	}
	return r, nil
}

// place is what stands at a path.
type place struct {
	closed  bool   // a folder on the way may not be entered
	link    string // where a link leads; empty for what is no link
	missing bool   // nothing is there, or not where the link leads
	folder  bool   // it is a folder, or leads to one
}

func look(path string) place {
	path = filepath.FromSlash(path)
	var p place
	info, err := os.Lstat(path)
	p.closed = errors.Is(err, fs.ErrPermission)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		p.link = target(path)
	}
	info, err = os.Stat(path)
	p.missing = errors.Is(err, fs.ErrNotExist)
	p.folder = err == nil && info.IsDir()
	return p
}

// target is where a link leads.
func target(link string) string {
	to, err := os.Readlink(link)
	if err != nil {
		return "a place that cannot be read: " + err.Error()
	}
	return to
}

// explain makes of an error of opening one that says what to do. It keeps the kind of the error, by which the status is chosen.
func (p place) explain(err error) error {
	because := func(hint, problem string, args ...any) error {
		return gate.WithHint(&unopened{fmt.Sprintf(problem, args...), err}, "%s", hint)
	}
	switch {
	case p.link != "" && p.missing:
		err = fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		return because("make sure that the scan ran before the gate, and that it wrote what the link leads to; or name the report itself",
			"it is a link to %q, which is not there", p.link)
	case p.closed:
		return because("let that user enter the folders above the report: chmod a+x",
			"the user who runs the gate may not enter the folder that it is in: %v", err)
	case errors.Is(err, fs.ErrPermission):
		return because("let that user read it: chmod a+r; scanners in containers often write as another user",
			"the user who runs the gate may not read it: %v", err)
	case p.folder && errors.Is(err, fs.ErrNotExist):
		return because("make sure that the scan ran before the gate, and that it wrote into this folder; hidden files are left out",
			"it is a folder without any report")
	case p.folder && p.link != "":
		return because("take the link away; if reports lie where it leads, name that folder as well",
			"it is a link to the folder %q, and links to folders are not followed", p.link)
	}
	return &unopened{err.Error(), err}
}

package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
)

// debian is where Debian and Ubuntu keep the servers, one folder for each version and none of them in PATH.
const debian = "/usr/lib/postgresql"

var errNotInstalled = errors.New("PostgreSQL is not installed: there is no initdb with its postgres in " + debian + "/*/bin or in PATH")

// programs are the paths of what makes a cluster and what serves it, of the same version.
type programs struct{ initdb, postgres string }

// find gives the newest of Debian's programs, else those in PATH.
func find() (programs, error) {
	if folder := newest(debian); folder != "" {
		return programs{filepath.Join(folder, "initdb"), filepath.Join(folder, "postgres")}, nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return programs{}, errNotInstalled
	}
	postgres, err := exec.LookPath("postgres")
	if err != nil {
		return programs{}, errNotInstalled
	}
	return programs{initdb, postgres}, nil
}

// newest gives the folder of programs of the highest version that has a server: a version may have been installed for its client only.
func newest(root string) (folder string) {
	servers, _ := filepath.Glob(filepath.Join(root, "*", "bin", "initdb")) // the pattern is well formed
	highest := 0.0
	for _, initdb := range servers {
		bin := filepath.Dir(initdb)
		version, err := strconv.ParseFloat(filepath.Base(filepath.Dir(bin)), 64) // "9.6" before "10"
		if err == nil && version > highest {
			folder, highest = bin, version
		}
	}
	return folder
}

// account is an account of this machine.
type account struct{ uid, gid int }

// unprivileged gives the account that the server runs under instead of root, which PostgreSQL refuses; nil is the account of the test.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, notUID := strconv.Atoi(found.Uid)
		gid, notGID := strconv.Atoi(found.Gid)
		return &account{uid, gid}, errors.Join(notUID, notGID)
	}
	return nil, fmt.Errorf("starting PostgreSQL as root: there is neither an account postgres nor nobody")
}

// own hands a file over to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

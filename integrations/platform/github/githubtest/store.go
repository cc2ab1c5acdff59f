package githubtest

import (
	"bytes"
	"cmp"
	"crypto/sha1" //nolint:gosec // the names that Git gives to objects
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// store holds the objects of Git under the names that Git gives them. A repository and its forks share one, as on GitHub.
type store struct {
	blobs   map[string][]byte
	trees   map[string][]entry
	commits map[string]*commit
}

// entry is one of a tree.
type entry struct {
	mode string // as Git writes it: 100644, 100755, 120000, 40000, 160000
	name string
	sha  string
}

type commit struct {
	sha, tree         string
	parents           []string
	author, committer person
	message           string
}

// person is who a commit says that it is by.
type person struct {
	name, email string
	at          time.Time
}

const treeMode = "40000"

func newStore() *store {
	return &store{blobs: map[string][]byte{}, trees: map[string][]entry{}, commits: map[string]*commit{}}
}

// nameOf is the name that Git has for an object.
func nameOf(kind string, content []byte) string {
	hash := sha1.New() //nolint:gosec // see above
	fmt.Fprintf(hash, "%s %d\x00", kind, len(content))
	hash.Write(content)
	return hex.EncodeToString(hash.Sum(nil))
}

func (g *store) addBlob(content []byte) string {
	sha := nameOf("blob", content)
	g.blobs[sha] = content
	return sha
}

// addTree keeps a tree whose entries may be in any order.
func (g *store) addTree(entries []entry) string {
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.sorted(), b.sorted()) })
	var b bytes.Buffer
	for _, e := range entries {
		raw, _ := hex.DecodeString(e.sha) // the callers have seen that the object is there
		fmt.Fprintf(&b, "%s %s\x00%s", e.mode, e.name, raw)
	}
	sha := nameOf("tree", b.Bytes())
	g.trees[sha] = entries
	return sha
}

// sorted is what Git sorts an entry by.
func (e entry) sorted() string {
	if e.mode == treeMode {
		return e.name + "/"
	}
	return e.name
}

// kind is the type of the object that an entry names.
func (e entry) kind() string {
	switch e.mode {
	case treeMode:
		return "tree"
	case "160000":
		return "commit"
	}
	return "blob"
}

func (g *store) addCommit(c commit) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", c.tree)
	for _, p := range c.parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s", c.author, c.committer, c.message)
	c.sha = nameOf("commit", b.Bytes())
	g.commits[c.sha] = &c
	return c.sha
}

func (p person) String() string {
	return fmt.Sprintf("%s <%s> %d +0000", p.name, p.email, p.at.Unix())
}

// files are all entries below a tree that are no trees, by their paths.
func (g *store) files(tree string) map[string]entry {
	all := map[string]entry{}
	g.walk(tree, "", func(path string, e entry) {
		if e.mode != treeMode {
			all[path] = e
		}
	})
	return all
}

// walk visits what is below a tree in the order in which Git has it.
func (g *store) walk(tree, below string, visit func(path string, e entry)) {
	for _, e := range g.trees[tree] {
		visit(below+e.name, e)
		if e.mode == treeMode {
			g.walk(e.sha, below+e.name+"/", visit)
		}
	}
}

// treeOf makes the trees that hold files at their paths, and gives the one of all.
func (g *store) treeOf(files map[string]entry) string {
	var entries []entry
	folders := map[string]map[string]entry{}
	for path, e := range files {
		folder, rest, inFolder := strings.Cut(path, "/")
		if !inFolder {
			entries = append(entries, entry{mode: e.mode, name: path, sha: e.sha})
			continue
		}
		if folders[folder] == nil {
			folders[folder] = map[string]entry{}
		}
		folders[folder][rest] = e
	}
	for name, below := range folders {
		entries = append(entries, entry{mode: treeMode, name: name, sha: g.treeOf(below)})
	}
	return g.addTree(entries)
}

// lookUp finds what is at a path below a tree.
func (g *store) lookUp(tree, path string) (found entry, ok bool) {
	found = entry{mode: treeMode, sha: tree}
	if path == "" {
		return found, true
	}
	for name := range strings.SplitSeq(path, "/") {
		at := slices.IndexFunc(g.trees[found.sha], func(e entry) bool { return e.name == name })
		if found.mode != treeMode || at < 0 {
			return entry{}, false
		}
		found = g.trees[found.sha][at]
	}
	return found, true
}

package githubtest

import (
	"encoding/base64"
	"strings"
	"time"
)

func createBlob(c *call) answer {
	var asked struct {
		Content  string `json:"content"`
		Encoding string `json:"encoding"`
	}
	c.decode(&asked)
	content := []byte(asked.Content)
	switch asked.Encoding {
	case "", "utf-8":
	case "base64":
		var err error
		if content, err = base64.StdEncoding.DecodeString(strings.ReplaceAll(asked.Content, "\n", "")); err != nil {
			return unprocessable("content is not valid Base64")
		}
	default:
		return unprocessable("encoding must be utf-8 or base64")
	}
	if c.repository.isEmpty() {
		return emptyRepository()
	}
	sha := c.repository.store.addBlob(content)
	return created(object{"sha": sha, "url": c.repository.at("/git/blobs/%s", sha)})
}

func getBlob(c *call) answer {
	sha := c.parameters["file_sha"]
	content, found := c.repository.store.blobs[sha]
	switch {
	case !found:
		return notFound()
	case c.form() == "raw":
		return asItIs(content)
	}
	return ok(object{"sha": sha, "node_id": nodeID("B", sha), "url": c.repository.at("/git/blobs/%s", sha), "size": len(content),
		"encoding": "base64", "content": wrapped(content)})
}

// wrapped is Base64 in lines of 60 characters, each with its end, as GitHub writes it.
func wrapped(content []byte) string {
	text := base64.StdEncoding.EncodeToString(content)
	var b strings.Builder
	for len(text) > 0 {
		line := text[:min(len(text), 60)]
		text = text[len(line):]
		b.WriteString(line + "\n")
	}
	return b.String()
}

// treeEntry is one entry of a tree that is to be created. Without a name of an object it has its content; where the name is null, what is there goes.
type treeEntry struct {
	Path    string  `json:"path"`
	Mode    string  `json:"mode"`
	Type    string  `json:"type"`
	SHA     *string `json:"sha"`
	Content *string `json:"content"`
}

func createTree(c *call) answer {
	var asked struct {
		Tree     []treeEntry `json:"tree"`
		BaseTree string      `json:"base_tree"`
	}
	c.decode(&asked)
	g, base := c.repository.store, asked.BaseTree
	if c.repository.isEmpty() {
		return emptyRepository()
	}
	if at := g.commits[base]; at != nil { // GitHub takes a commit as well
		base = at.tree
	}
	if _, found := g.trees[base]; base != "" && !found {
		return notFound()
	}
	files := g.files(base)
	for _, e := range asked.Tree {
		if !g.write(files, e) {
			return unprocessable("GitRPC::BadObjectState")
		}
	}
	sha := g.treeOf(files)
	return created(c.repository.treeShape(sha, false))
}

// write puts an entry among files, or takes away what is there. What it names must be there, and be of its kind.
func (g *store) write(files map[string]entry, e treeEntry) bool {
	path, of := strings.Trim(e.Path, "/"), entry{mode: strings.TrimPrefix(e.Mode, "0")}
	if path == "" || e.SHA != nil && e.Content != nil || e.Type != "" && e.Type != of.kind() {
		return false
	}
	switch {
	case e.Content != nil:
		of.sha = g.addBlob([]byte(*e.Content))
	case e.SHA == nil:
		remove(files, path)
		return true
	default:
		of.sha = *e.SHA
	}
	_, isBlob := g.blobs[of.sha]
	below, isTree := g.trees[of.sha]
	switch of.kind() {
	case "blob":
		put(files, path, of)
		return isBlob
	case "tree":
		remove(files, path)
		for name, child := range g.files(g.addTree(below)) {
			put(files, path+"/"+name, child)
		}
		return isTree
	}
	put(files, path, of)
	return true
}

func getTree(c *call) answer {
	asked := c.parameters["tree_sha"]
	sha := asked
	if at, found := c.repository.resolve(asked); found {
		sha = at.tree
	}
	if _, found := c.repository.store.trees[sha]; !found {
		return notFound()
	}
	return ok(c.repository.treeShape(sha, c.has("recursive")))
}

func (r *Repository) treeShape(sha string, recursive bool) object {
	all := []any{}
	r.store.walk(sha, "", func(path string, e entry) {
		if recursive || !strings.Contains(path, "/") {
			all = append(all, r.entryShape(path, e))
		}
	})
	return object{"sha": sha, "url": r.at("/git/trees/%s", sha), "truncated": false, "tree": all}
}

func (r *Repository) entryShape(path string, e entry) object {
	all := object{"path": path, "mode": e.mode, "type": e.kind(), "sha": e.sha}
	switch e.kind() {
	case "tree":
		all["mode"], all["url"] = "040000", r.at("/git/trees/%s", e.sha)
	case "blob":
		all["size"], all["url"] = len(r.store.blobs[e.sha]), r.at("/git/blobs/%s", e.sha)
	}
	return all
}

// askedPerson is who a commit is to be by.
type askedPerson struct {
	Name  string    `json:"name"`
	Email string    `json:"email"`
	Date  time.Time `json:"date"`
}

func (p *askedPerson) or(other person) person {
	if p == nil {
		return other
	}
	at := p.Date
	if at.IsZero() {
		at = other.at
	}
	return person{name: p.Name, email: p.Email, at: at}
}

func createCommit(c *call) answer {
	var asked struct {
		Message   string       `json:"message"`
		Tree      string       `json:"tree"`
		Parents   []string     `json:"parents"`
		Author    *askedPerson `json:"author"`
		Committer *askedPerson `json:"committer"`
	}
	c.decode(&asked)
	g := c.repository.store
	if c.repository.isEmpty() {
		return emptyRepository()
	}
	if _, found := g.trees[asked.Tree]; !found {
		return unprocessable("Tree SHA does not exist")
	}
	for _, p := range asked.Parents {
		if g.commits[p] == nil {
			return unprocessable("Parent SHA does not exist or is not a commit object")
		}
	}
	who := c.token.who()
	author := asked.Author.or(person{name: who.Name, email: who.Email, at: c.clock()})
	sha := g.addCommit(commit{tree: asked.Tree, parents: asked.Parents, author: author, committer: asked.Committer.or(author), message: asked.Message})
	return created(g.commits[sha].shape(c.repository))
}

func getGitCommit(c *call) answer {
	at := c.repository.store.commits[c.parameters["commit_sha"]]
	if at == nil {
		return notFound()
	}
	return ok(at.shape(c.repository))
}

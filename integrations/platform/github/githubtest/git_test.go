package githubtest

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// write makes a commit with one file as the product does, and gives its name.
func (w *world) write(t *testing.T, path, text string, parents ...string) string {
	t.Helper()
	blob, _, err := w.client.Git.CreateBlob(t.Context(), "acme", "shop", &github.Blob{Content: &text, Encoding: github.String("utf-8")})
	require.NoError(t, err)
	base := ""
	if len(parents) > 0 {
		base = parents[0]
	}
	tree, _, err := w.client.Git.CreateTree(t.Context(), "acme", "shop", base, []*github.TreeEntry{{Path: &path, Mode: github.String("100644"),
		Type: github.String("blob"), SHA: blob.SHA}})
	require.NoError(t, err)
	c := &github.Commit{Message: github.String("Write " + path), Tree: tree}
	for _, p := range parents {
		c.Parents = append(c.Parents, &github.Commit{SHA: &p})
	}
	made, _, err := w.client.Git.CreateCommit(t.Context(), "acme", "shop", c, nil)
	require.NoError(t, err)
	return made.GetSHA()
}

func reference(name, sha string) *github.Reference {
	return &github.Reference{Ref: &name, Object: &github.GitObject{SHA: &sha}}
}

func TestAnOrphanBranchGrows(t *testing.T) {
	w := newWorld(t)
	first := w.write(t, "log/0001.json", "{}")
	_, _, err := w.client.Git.CreateRef(t.Context(), "acme", "shop", reference("refs/heads/defectgate/ledger", first))
	require.NoError(t, err)
	second := w.write(t, "log/0002.json", "[]", first)
	_, _, err = w.client.Git.UpdateRef(t.Context(), "acme", "shop", reference("refs/heads/defectgate/ledger", second), false)
	require.NoError(t, err)
	got, _, err := w.client.Git.GetRef(t.Context(), "acme", "shop", "refs/heads/defectgate/ledger")
	require.NoError(t, err)
	assert.Equal(t, second, got.GetObject().GetSHA())
	assert.Equal(t, map[string]string{"log/0001.json": "{}", "log/0002.json": "[]"}, w.repo.Files("defectgate/ledger"))
	assert.Equal(t, []string{first, second}, w.repo.Log("defectgate/ledger"))
	c, _, err := w.client.Git.GetCommit(t.Context(), "acme", "shop", second)
	require.NoError(t, err)
	assert.Equal(t, first, c.Parents[0].GetSHA())
	assert.Equal(t, "gate[bot]", c.GetAuthor().GetName())
}

// Names of objects are those that Git gives.
func TestNamesAreThoseOfGit(t *testing.T) {
	g := newStore()
	assert.Equal(t, "4b825dc642cb6eb9a060e54bf8d69288fbee4904", g.addTree(nil))
	assert.Equal(t, "ce013625030ba8dba906f756967f9e9ca394464a", g.addBlob([]byte("hello\n")))
	git, err := exec.LookPath("git")
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("git is not there")
	}
	require.NoError(t, err)
	tree := g.treeOf(map[string]entry{"a/b/c": {mode: "100644", sha: g.addBlob([]byte("x"))}, "a.txt": {mode: "100755", sha: g.addBlob(nil)}})
	by := person{"A", "a@b.example", time.Unix(1_700_000_000, 0)}
	sha := g.addCommit(commit{tree: tree, author: by, committer: by, message: "m\n"})
	folder := t.TempDir()
	run := func(in string, arguments ...string) string {
		command := exec.CommandContext(t.Context(), git, arguments...)
		command.Dir, command.Stdin = folder, strings.NewReader(in)
		command.Env = []string{"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@b.example", "GIT_AUTHOR_DATE=1700000000 +0000", "GIT_COMMITTER_NAME=A",
			"GIT_COMMITTER_EMAIL=a@b.example", "GIT_COMMITTER_DATE=1700000000 +0000", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + folder}
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return strings.TrimSpace(string(out))
	}
	run("", "init", "-q")
	inner := run("100644 blob "+run("x", "hash-object", "-w", "--stdin")+"\tc\n", "mktree")
	outer := run("040000 tree "+inner+"\tb\n", "mktree")
	whole := run("040000 tree "+outer+"\ta\n100755 blob "+run("", "hash-object", "-w", "--stdin")+"\ta.txt\n", "mktree")
	assert.Equal(t, whole, tree)
	assert.Equal(t, run("m\n", "commit-tree", whole), sha)
}

func TestReferencesThatCannotBeWritten(t *testing.T) {
	w := newWorld(t)
	head, none := w.repo.Ref("main"), strings.Repeat("1", 40)
	for _, c := range []struct{ name, sha, says string }{
		{"refs/heads/main", head, "Reference already exists"},
		{"refs/heads/new", none, "Object does not exist"},
		{"refs/new", head, "at least two slashes"},
	} {
		body := w.ask(t, "POST", "/repos/acme/shop/git/refs", `{"ref":"`+c.name+`","sha":"`+c.sha+`"}`)
		assert.Equal(t, 422, w.status)
		assert.Contains(t, message(body), c.says)
	}
	orphan := w.write(t, "x", "y")
	for _, c := range []struct{ name, sha, says string }{
		{"heads/main", orphan, "Update is not a fast forward"},
		{"heads/main", none, "Object does not exist"},
		{"heads/new", head, "Reference does not exist"},
	} {
		body := w.ask(t, "PATCH", "/repos/acme/shop/git/refs/"+c.name, `{"sha":"`+c.sha+`"}`)
		assert.Equal(t, 422, w.status)
		assert.Equal(t, c.says, message(body))
	}
	assert.Equal(t, head, w.repo.Ref("main"))
	w.ask(t, "PATCH", "/repos/acme/shop/git/refs/heads/main", `{"sha":"`+orphan+`","force":true}`)
	assert.Equal(t, 200, w.status)
	assert.Equal(t, orphan, w.repo.Ref("main"))
}

// Of two that write at the same time one is told that it was late.
func TestOneOfTwoWins(t *testing.T) {
	w := newWorld(t)
	for range 10 {
		head := w.repo.Ref("main")
		next := []string{w.write(t, "one", time.Now().String(), head), w.write(t, "other", time.Now().String(), head)}
		var all sync.WaitGroup
		errs := make([]error, len(next))
		for i, sha := range next {
			all.Go(func() {
				_, _, errs[i] = w.client.Git.UpdateRef(t.Context(), "acme", "shop", reference("refs/heads/main", sha), false)
			})
		}
		all.Wait()
		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		require.NoError(t, errs[winner])
		require.Equal(t, 422, statusOf(t, errs[1-winner]))
		require.Equal(t, next[winner], w.repo.Ref("main"))
	}
}

// A reference is asked for by its whole name.
func TestPartOfAReferenceIsNone(t *testing.T) {
	w := newWorld(t)
	w.repo.SetRef("refs/tags/v1", w.repo.Ref("main"))
	get := func(name string) error {
		_, _, err := w.client.Git.GetRef(t.Context(), "acme", "shop", name)
		return err
	}
	require.NoError(t, get("tags/v1"))
	assert.Equal(t, 404, statusOf(t, get("heads/feat")))
	w.repo.DeleteRef("refs/tags/v1")
	assert.Equal(t, 404, statusOf(t, get("tags/v1")))
}

func TestTreesAndBlobs(t *testing.T) {
	w := newWorld(t)
	tree, _, err := w.client.Git.GetTree(t.Context(), "acme", "shop", "feature", true)
	require.NoError(t, err)
	var paths []string
	for _, e := range tree.Entries {
		paths = append(paths, e.GetMode()+" "+e.GetPath())
	}
	assert.Equal(t, []string{"100644 README.md", "040000 docs", "040000 docs/a", "100644 docs/a/b.md", "100644 main.go"}, paths)
	tree, _, err = w.client.Git.GetTree(t.Context(), "acme", "shop", tree.GetSHA(), false)
	require.NoError(t, err)
	assert.Len(t, tree.Entries, 3)
	content, _, err := w.client.Git.GetBlobRaw(t.Context(), "acme", "shop", tree.Entries[2].GetSHA())
	require.NoError(t, err)
	assert.Equal(t, "package main\n", string(content))
	blob, _, err := w.client.Git.GetBlob(t.Context(), "acme", "shop", tree.Entries[2].GetSHA())
	require.NoError(t, err)
	assert.Equal(t, "cGFja2FnZSBtYWluCg==\n", blob.GetContent())
	for _, path := range []string{"/git/blobs/x", "/git/trees/x", "/git/commits/x"} {
		w.ask(t, "GET", "/repos/acme/shop"+path, "")
		assert.Equal(t, 404, w.status)
	}
}

func TestATreeIsMadeOfEntries(t *testing.T) {
	w := newWorld(t)
	docs, _ := w.repo.store.lookUp(w.repo.store.commits[w.pull.HeadSHA].tree, "docs")
	make := func(body string) map[string]bool {
		got := w.ask(t, "POST", "/repos/acme/shop/git/trees", body)
		if w.status != 201 {
			return nil
		}
		all := map[string]bool{}
		for path := range w.repo.store.files(got.(object)["sha"].(string)) {
			all[path] = true
		}
		return all
	}
	const file = `{"path":"x/y","mode":"100644","type":"blob","content":"z"}`
	base := `,"base_tree":"` + w.pull.HeadSHA + `"}`
	assert.Equal(t, map[string]bool{"x/y": true}, make(`{"tree":[`+file+`]}`))
	assert.Equal(t, map[string]bool{"x/y": true, "README.md": true, "main.go": true, "docs/a/b.md": true}, make(`{"tree":[`+file+`]`+base))
	assert.Equal(t, map[string]bool{"README.md": true, "main.go": true}, make(`{"tree":[{"path":"docs","mode":"040000","type":"tree","sha":null}]`+base))
	assert.Equal(t, map[string]bool{"moved/a/b.md": true}, make(`{"tree":[{"path":"moved","mode":"040000","type":"tree","sha":"`+docs.sha+`"}]}`))
	assert.Nil(t, make(`{"tree":[{"path":"a","mode":"100644","type":"blob","sha":"`+docs.sha+`"}]}`), "a tree is no blob")
	assert.Nil(t, make(`{"tree":[{"path":"a","mode":"100644","type":"tree","content":""}]}`))
	assert.Nil(t, make(`{"tree":[`+file+`],"base_tree":"none"}`))
	for _, body := range []string{`{"message":"m","tree":"none"}`, `{"message":"m","tree":"` + docs.sha + `","parents":["none"]}`} {
		w.ask(t, "POST", "/repos/acme/shop/git/commits", body)
		assert.Equal(t, 422, w.status)
	}
	for body, status := range map[string]int{`{"content":"%","encoding":"base64"}`: 422, `{"content":"x","encoding":"latin1"}`: 422} {
		w.ask(t, "POST", "/repos/acme/shop/git/blobs", body)
		assert.Equal(t, status, w.status)
	}
}

func TestContents(t *testing.T) {
	w := newWorld(t)
	w.repo.Commit(Commit{Branch: "feature", Files: map[string]string{"large": strings.Repeat("x", mostContent+1), "odd name%.txt": "odd"}})
	at := &github.RepositoryContentGetOptions{Ref: "feature"}
	text := func(path string, o *github.RepositoryContentGetOptions) string {
		file, _, _, err := w.client.Repositories.GetContents(t.Context(), "acme", "shop", path, o)
		require.NoError(t, err)
		content, err := file.GetContent()
		require.NoError(t, err)
		return content
	}
	assert.Equal(t, "# shop\n", text("README.md", nil))
	assert.Equal(t, "text\n", text("docs/a/b.md", at))
	assert.Equal(t, "odd", text("odd name%.txt", at))
	file, _, _, err := w.client.Repositories.GetContents(t.Context(), "acme", "shop", "large", at)
	require.NoError(t, err)
	assert.Equal(t, "none", file.GetEncoding())
	assert.Equal(t, mostContent+1, file.GetSize())
	assert.Empty(t, *file.Content)
	_, folder, _, err := w.client.Repositories.GetContents(t.Context(), "acme", "shop", "", at)
	require.NoError(t, err)
	assert.Len(t, folder, 5)
	assert.Equal(t, "dir", folder[1].GetType())
	_, folder, _, err = w.client.Repositories.GetContents(t.Context(), "acme", "shop", "docs/a", at)
	require.NoError(t, err)
	assert.Equal(t, "docs/a/b.md", folder[0].GetPath())
	for path, o := range map[string]*github.RepositoryContentGetOptions{"none": at, "README.md/x": at, "main.go": nil, "x": {Ref: "none"}} {
		_, _, _, err = w.client.Repositories.GetContents(t.Context(), "acme", "shop", path, o)
		assert.Equal(t, 404, statusOf(t, err))
	}
	_, _, err = w.client.Repositories.DownloadContents(t.Context(), "acme", "shop", "large", at)
	assert.NoError(t, err)
}

func TestComparisons(t *testing.T) {
	w := newWorld(t)
	fork := w.repo.Fork(w.User("mallory"))
	fork.Commit(Commit{Branch: "evil", Files: map[string]string{"x": "y"}})
	w.repo.Commit(Commit{Branch: "main", Files: map[string]string{"z": "z"}})
	for pair, want := range map[[2]string]string{{"main", "feature"}: "diverged 1 1", {"main", "main"}: "identical 0 0",
		{"feature~", "feature"}: "", {"main", "mallory:evil"}: "diverged 1 1", {"mallory:main", "feature"}: "ahead 1 0"} {
		c, _, err := w.client.Repositories.CompareCommits(t.Context(), "acme", "shop", pair[0], pair[1], nil)
		if want == "" {
			assert.Equal(t, 404, statusOf(t, err))
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, want, c.GetStatus()+" "+string(rune('0'+c.GetAheadBy()))+" "+string(rune('0'+c.GetBehindBy())))
		assert.Len(t, c.Commits, c.GetAheadBy())
	}
	orphan := w.write(t, "a", "b")
	_, _, err := w.client.Repositories.CompareCommits(t.Context(), "acme", "shop", "main", orphan, nil)
	assert.Equal(t, 404, statusOf(t, err))
}

func TestAnEmptyRepository(t *testing.T) {
	w := newWorld(t)
	r := w.Repository("acme/empty")
	r.DeleteRef("refs/heads/main")
	for _, c := range []struct{ method, path, body string }{{"GET", "/git/ref/heads/main", ""},
		{"POST", "/git/blobs", `{"content":"x"}`}, {"POST", "/git/trees", `{"tree":[]}`}, {"POST", "/git/refs", `{"ref":"refs/heads/x","sha":"x"}`}} {
		w.ask(t, c.method, "/repos/acme/empty"+c.path, c.body)
		assert.Equal(t, 409, w.status, c.path)
	}
}

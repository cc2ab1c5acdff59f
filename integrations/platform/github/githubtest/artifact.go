package githubtest

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"
)

// Artifact is what a run leaves behind.
type Artifact struct {
	ID      int64
	Name    string
	Files   map[string]string // content by name
	Zip     []byte            // what is given instead of a proper archive of the files
	Expired bool
	Created time.Time

	run    *Run
	signed string // what is fetched without a token has this in its address
}

// AddArtifact adds an artifact to a run.
func (r *Run) AddArtifact(a Artifact) *Artifact {
	s := r.repository.server
	s.mu.Lock()
	defer s.mu.Unlock()
	a.ID, a.run, a.signed = s.id(), r, rand.Text()
	if a.Created.IsZero() {
		a.Created = s.clock()
	}
	r.Artifacts = append(r.Artifacts, &a)
	return &a
}

// content is the archive.
func (a *Artifact) content() []byte {
	if a.Zip != nil {
		return a.Zip
	}
	var b bytes.Buffer
	all := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(a.Files)) {
		if w, err := all.Create(name); err == nil { // nothing fails in memory
			_, _ = w.Write([]byte(a.Files[name]))
		}
	}
	_ = all.Close()
	return b.Bytes()
}

func (a *Artifact) shape() object {
	r := a.run
	at, hash := r.repository.at("/actions/artifacts/%d", a.ID), sha256.Sum256(a.content())
	head := r.repository.ID
	if r.HeadRepo != nil {
		head = r.HeadRepo.ID
	}
	return object{
		"id": a.ID, "node_id": nodeID("MDE", a.ID), "name": a.Name, "size_in_bytes": len(a.content()), "url": at, "archive_download_url": at + "/zip",
		"expired": a.Expired, "created_at": stamp(a.Created), "updated_at": stamp(a.Created), "expires_at": stamp(a.Created.AddDate(0, 0, 90)),
		"digest": "sha256:" + hex.EncodeToString(hash[:]),
		"workflow_run": object{"id": r.ID, "repository_id": r.repository.ID, "head_repository_id": head, "head_branch": r.HeadBranch,
			"head_sha": r.HeadSHA},
	}
}

func listArtifacts(c *call) answer {
	r := c.run()
	if r == nil {
		return notFound()
	}
	name := c.value("name")
	all := slices.DeleteFunc(slices.Clone(r.Artifacts), func(a *Artifact) bool { return name != "" && a.Name != name })
	order(c, all, "desc", func(a *Artifact) int64 { return a.ID })
	return counted(c, "artifacts", all, (*Artifact).shape)
}

func listAllArtifacts(c *call) answer {
	name, all := c.value("name"), []*Artifact(nil)
	for _, r := range c.repository.Runs {
		for _, a := range r.Artifacts {
			if name == "" || a.Name == name {
				all = append(all, a)
			}
		}
	}
	slices.SortFunc(all, func(a, b *Artifact) int { return cmp.Compare(b.ID, a.ID) })
	return counted(c, "artifacts", all, (*Artifact).shape)
}

// artifact finds one by what is true of it. The lock is held.
func (s *Server) artifact(is func(*Artifact) bool) *Artifact {
	for _, repository := range s.repositories {
		for _, r := range repository.Runs {
			if at := slices.IndexFunc(r.Artifacts, is); at >= 0 {
				return r.Artifacts[at]
			}
		}
	}
	return nil
}

func downloadArtifact(c *call) answer {
	a := c.artifact(func(a *Artifact) bool { return a.ID == c.number("artifact_id") && a.run.repository == c.repository })
	switch {
	case a == nil || c.parameters["archive_format"] != "zip":
		return notFound()
	case a.Expired:
		return refused(http.StatusGone, "Artifact has expired")
	}
	to := fmt.Sprintf("%s/artifacts/%d?sig=%s", c.storage.URL, a.ID, a.signed)
	return answer{status: http.StatusFound, header: http.Header{"Location": {to}}}
}

// startStorage starts the server that files are fetched from. It is another host than that of the API where the system lets a process listen there,
// as clients take a token along to another port of the same host.
func (s *Server) startStorage() *httptest.Server {
	server := httptest.NewUnstartedServer(http.HandlerFunc(s.serveStorage))
	if elsewhere, err := net.Listen("tcp", "127.0.0.2:0"); err == nil {
		_ = server.Listener.Close()
		server.Listener = elsewhere
	}
	server.Start()
	return server
}

// serveStorage gives a file to whoever has its address. The storage of artifacts is somebody else's, and must never be told a token; the one of
// files, which stands in for another host of GitHub's, may be.
func (s *Server) serveStorage(w http.ResponseWriter, r *http.Request) {
	c := &call{Server: s, request: r, path: r.URL.EscapedPath(), operation: &operation{id: "storage"}}
	f := s.received(c)
	f.prepare(r.Context())
	if r.Header.Get("Authorization") != "" && !strings.HasPrefix(r.URL.Path, "/raw/") {
		s.t.Errorf("the token was sent to the storage of artifacts, %s", r.URL.Path)
	}
	a := s.stored(r)
	if f.acts() {
		f.answer(w, c, a)
		return
	}
	c.send(w, a)
}

func (s *Server) stored(r *http.Request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.artifact(func(a *Artifact) bool {
		return r.URL.Path == fmt.Sprintf("/artifacts/%d", a.ID) && r.URL.Query().Get("sig") == a.signed
	}); a != nil {
		return answer{status: http.StatusOK, raw: a.content(), media: "application/zip"}
	}
	if packed := s.archived(r); packed != nil {
		return answer{status: http.StatusOK, raw: packed, media: "application/x-gzip"}
	}
	parts := strings.SplitN(r.URL.Path, "/", 6) // "", raw, owner, name, blob, path
	if len(parts) == 6 && parts[1] == "raw" {
		if of, _ := s.repositoryNamed(parts[2] + "/" + parts[3]); of != nil && of.store.blobs[parts[4]] != nil {
			return answer{status: http.StatusOK, raw: of.store.blobs[parts[4]], media: "application/octet-stream"}
		}
	}
	return answer{status: http.StatusForbidden, raw: []byte("no such file, or no right to it"), media: "text/plain"}
}

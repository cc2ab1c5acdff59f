package githubtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// archive is a commit to be downloaded by whoever has its address.
type archive struct {
	of     *Repository
	at     *commit
	signed string
}

func getArchive(c *call) answer {
	ref := c.parameters["ref"]
	if ref == "" {
		ref = c.repository.DefaultBranch
	}
	at, found := c.repository.resolve(ref)
	if !found {
		return notFound()
	}
	a := archive{c.repository, at, rand.Text()}
	c.archives = append(c.archives, a)
	to := fmt.Sprintf("%s/archives/%s/legacy.tar.gz/%s?token=%s", c.storage.URL, a.of.FullName(), at.sha, a.signed)
	return answer{status: http.StatusFound, header: http.Header{"Location": {to}}}
}

// archived gives the archive that an address names. The lock is held.
func (s *Server) archived(r *http.Request) []byte {
	for _, a := range s.archives {
		if strings.HasPrefix(r.URL.Path, "/archives/"+a.of.FullName()+"/") && r.URL.Query().Get("token") == a.signed {
			content, err := a.content()
			if err != nil {
				s.t.Errorf("make the archive: %v", err)
			}
			return content
		}
	}
	return nil
}

// content is what `git archive` writes: a header with the commit, and all files below a folder.
func (a archive) content() (_ []byte, err error) {
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	top := fmt.Sprintf("%s-%s-%s", a.of.Owner.Login, a.of.Name, a.at.sha[:7])
	err = files.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": a.at.sha}})
	a.of.store.walk(a.at.tree, top+"/", func(path string, e entry) {
		if content, isFile := a.of.store.blobs[e.sha]; isFile && err == nil {
			err = files.WriteHeader(&tar.Header{Name: path, Mode: 0o664, Size: int64(len(content))})
			_, unwritten := files.Write(content)
			err = errors.Join(err, unwritten)
		}
	})
	err = errors.Join(err, files.Close(), zipped.Close())
	return packed.Bytes(), err
}

package feed

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/httpapi"
)

// Fetcher gets feeds over HTTPS and keeps them in a folder. A copy that was fetched within [Refresh] is taken as it is. An older one is asked for
// again; where that fails it is taken with a warning, and whether it is too old is judged by the feed's own date.
type Fetcher struct {
	Cache  string // folder; "" keeps nothing
	Now    time.Time
	Client httpapi.Client
	Limits Limits
}

// Open gives what opens the feed of an address.
func (f *Fetcher) Open(address string) func(context.Context) (io.ReadCloser, []string, error) {
	var got *copied
	return func(ctx context.Context) (_ io.ReadCloser, warnings []string, err error) {
		if got == nil {
			if got, warnings, err = f.get(ctx, address); err != nil {
				return nil, nil, err
			}
		}
		r, err := got.open()
		return r, warnings, err
	}
}

// copied is a copy of a feed, with what is known of it.
type copied struct {
	path     string
	file     *os.File  // where it is not to be kept: it has no name any more, and is gone with the process
	Address  string    `json:"address"`
	Fetched  time.Time `json:"fetched"`
	ETag     string    `json:"etag"`
	Modified string    `json:"last_modified"`
}

func (c *copied) open() (io.ReadCloser, error) {
	if c.file != nil {
		return io.NopCloser(io.NewSectionReader(c.file, 0, math.MaxInt64)), nil
	}
	return os.Open(c.path)
}

func (f *Fetcher) get(ctx context.Context, address string) (*copied, []string, error) {
	kept := f.kept(address)
	if kept != nil && f.Now.Sub(kept.Fetched).Abs() < Refresh {
		return kept, nil, nil
	}
	fresh, err := f.fetch(ctx, address, kept)
	if err != nil && kept != nil && ctx.Err() == nil {
		return kept, []string{fmt.Sprintf("the copy of %s is used: %v", kept.Fetched.Format(time.RFC3339), err)}, nil
	}
	return fresh, nil, err
}

// place is where the copy of an address is kept.
func (f *Fetcher) place(address string) string {
	sum := sha256.Sum256([]byte(address))
	return filepath.Join(f.Cache, "feeds", hex.EncodeToString(sum[:]))
}

// kept finds the copy of an address. One that is not whole is none.
func (f *Fetcher) kept(address string) *copied {
	if f.Cache == "" {
		return nil
	}
	c := &copied{path: f.place(address)}
	text, err := os.ReadFile(c.path + ".json")
	if err != nil || json.Unmarshal(text, c) != nil {
		return nil
	}
	if _, err := os.Stat(c.path); err != nil {
		return nil
	}
	return c
}

// fetch asks for a feed, or whether the copy is still what the address gives.
func (f *Fetcher) fetch(ctx context.Context, address string, kept *copied) (*copied, error) {
	conditions := http.Header{}
	if kept != nil && cmp.Or(kept.ETag, kept.Modified) != "" {
		setIf(conditions, "If-None-Match", kept.ETag)
		setIf(conditions, "If-Modified-Since", kept.Modified)
	}
	response, err := f.Client.Get(ctx, address, conditions)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	fresh := &copied{path: f.place(address), Address: Shown(address), Fetched: f.Now,
		ETag: response.Header.Get("ETag"), Modified: response.Header.Get("Last-Modified")}
	if response.StatusCode == http.StatusNotModified {
		fresh.ETag, fresh.Modified = kept.ETag, kept.Modified
		return fresh, f.note(fresh)
	}
	return f.keep(fresh, response.Body)
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// keep writes a copy beside its place and moves it there when it is whole.
func (f *Fetcher) keep(c *copied, body io.Reader) (*copied, error) {
	if f.Cache == "" {
		return f.hold(c, body)
	}
	folder := filepath.Dir(c.path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, gate.WithHint(fmt.Errorf("keep the feed: %w", err), "name with --cache a folder that can be written")
	}
	file, err := os.CreateTemp(folder, "feed-*")
	if err != nil {
		return nil, fmt.Errorf("keep the feed: %w", err)
	}
	if err := errors.Join(httpapi.Copy(file, body, f.Limits.Raw), file.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("fetch %s: %w", c.Address, err), os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), c.path); err != nil {
		return nil, fmt.Errorf("keep the feed: %w", err)
	}
	return c, f.note(c)
}

// hold writes a copy that nobody finds again.
func (f *Fetcher) hold(c *copied, body io.Reader) (_ *copied, err error) {
	if c.file, err = os.CreateTemp("", "defectgate-*"); err != nil {
		return nil, fmt.Errorf("hold the feed: %w", err)
	}
	if err := errors.Join(os.Remove(c.file.Name()), httpapi.Copy(c.file, body, f.Limits.Raw)); err != nil {
		return nil, errors.Join(fmt.Errorf("fetch %s: %w", c.Address, err), c.file.Close())
	}
	return c, nil
}

// note writes what is known of a copy.
func (f *Fetcher) note(c *copied) error {
	text, err := json.Marshal(c)
	if err == nil {
		err = os.WriteFile(c.path+".json", text, 0o600)
	}
	return err
}

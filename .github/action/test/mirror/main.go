// Command mirror serves the files of a folder by HTTPS on a loopback address, well and badly, for the tests of the installer.
//
//	mirror FOLDER STATE
//
// STATE gets the certificate of the server, and then the file `address`. It ends by itself after five minutes.
package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"
)

func main() {
	folder, state := os.Args[1], os.Args[2]
	files := http.FileServer(http.Dir(folder))
	plain := httptest.NewServer(files)
	secure := httptest.NewUnstartedServer(paths(folder, files, plain.URL))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that goes away is what is tried
	secure.StartTLS()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	must(os.WriteFile(filepath.Join(state, "certificate"), certificate, 0o600))
	must(os.WriteFile(filepath.Join(state, "address.new"), []byte(secure.URL), 0o600))
	must(os.Rename(filepath.Join(state, "address.new"), filepath.Join(state, "address")))
	time.Sleep(5 * time.Minute)
}

// paths are the ways to serve a file.
func paths(folder string, files http.Handler, plain string) http.Handler {
	var asked atomic.Int32
	mux := http.NewServeMux()
	mux.Handle("/good/", http.StripPrefix("/good", files))
	mux.HandleFunc("/moved/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/good/"+filepath.Base(r.URL.Path), http.StatusFound)
	})
	mux.HandleFunc("/plain/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain+"/"+filepath.Base(r.URL.Path), http.StatusFound)
	})
	mux.HandleFunc("/busy/", func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		http.StripPrefix("/busy", files).ServeHTTP(w, r)
	})
	mux.HandleFunc("/cut/", func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(filepath.Join(folder, filepath.Base(r.URL.Path)))
		must(err)
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		_, _ = w.Write(text[:len(text)/2])
	})
	return mux
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

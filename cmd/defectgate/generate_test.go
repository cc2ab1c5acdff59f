package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

// generators write inputs that are too large or too odd for a script. Each takes the path to write, and mostly the report to begin with.
var generators = map[string]func(path string, report []byte) error{
	"fifo":   func(path string, _ []byte) error { return syscall.Mkfifo(path, 0o600) },
	"gzip":   func(path string, report []byte) error { return writeGzip(path, report) },
	"bomb":   writeBomb,
	"sparse": writeSparse,
	"deep": func(path string, _ []byte) error {
		return writeDeep(path, `{"SchemaVersion":2,"Results":`, "[", "]", "}")
	},
	"deep-xml": func(path string, _ []byte) error {
		return writeDeep(path, `<bom xmlns="http://cyclonedx.org/schema/bom/1.4">`, "<a>", "</a>", "</bom>")
	},
	"deep-yaml": func(path string, _ []byte) error {
		return os.WriteFile(path, []byte("rules: "+strings.Repeat("{a: ", depth)), 0o644)
	},
	"bom": func(path string, report []byte) error {
		return os.WriteFile(path, append([]byte("\xef\xbb\xbf"), report...), 0o644)
	},
	"powershell": func(path string, report []byte) error { return os.WriteFile(path, powershell(report), 0o644) },
	"half-unit": func(path string, report []byte) error {
		u := powershell(report)
		return os.WriteFile(path, u[:len(u)-1], 0o644)
	},
	"utf16-cut": func(path string, report []byte) error {
		u := powershell(report)
		return os.WriteFile(path, u[:len(u)/4*2], 0o644)
	},
	"half-pair": func(path string, report []byte) error {
		return os.WriteFile(path, append(powershell(report), 0x3d, 0xd8), 0o644)
	},
	"lone-utf16":  writeLoneSurrogate,
	"first-half":  func(path string, report []byte) error { return os.WriteFile(path, report[:len(report)/2], 0o644) },
	"first-bytes": func(path string, report []byte) error { return os.WriteFile(path, report[:30], 0o644) },
	"cut-gzip":    writeCutGzip,
	"long-title": func(path string, report []byte) error {
		return os.WriteFile(path, titled(report, strings.Repeat("x", 1<<20)), 0o644)
	},
	"hostile": func(path string, report []byte) error { return os.WriteFile(path, titled(report, hostile), 0o644) },
	"many":    writeMany,
}

// hostile is what a report may say to whoever prints it: to a terminal, to the runners of GitHub and Azure, to a browser. JSON-escaped.
const hostile = `\u001b[2J\u001b]8;;http://x\u0007\r::set-output name=x::y\n::add-mask::z\n##[error]boo ##vso[task.complete]\u202eevil\u2066\u200b<script>alert(1)</script> [a](javascript:x) \u009b31m`

// generate KIND PATH [REPORT] writes an input.
func generate(ts *testscript.TestScript, _ bool, args []string) {
	var report []byte
	if len(args) > 2 {
		report = []byte(ts.ReadFile(args[2]))
	}
	write, ok := generators[args[0]]
	if !ok {
		ts.Fatalf("nothing generates %q", args[0])
	}
	ts.Check(write(ts.MkAbs(args[1]), report))
}

const depth = 20_000

func writeDeep(path, head, open, shut, tail string) error {
	return os.WriteFile(path, []byte(head+strings.Repeat(open, depth)+strings.Repeat(shut, depth)+tail), 0o644)
}

func titled(report []byte, title string) []byte {
	return bytes.Replace(report, []byte(`"Title":"bad"`), []byte(`"Title":"`+title+`"`), 1)
}

func powershell(report []byte) []byte {
	text := strings.ReplaceAll(string(report), "\n", "\r\n")
	return encode16(utf16.Encode([]rune(text)))
}

func encode16(units []uint16) []byte {
	text := []byte("\xff\xfe")
	for _, unit := range units {
		text = binary.LittleEndian.AppendUint16(text, unit)
	}
	return text
}

func writeLoneSurrogate(path string, report []byte) error {
	units := utf16.Encode([]rune(string(report)))
	at := bytes.Index(report, []byte("bad"))
	units[at] = 0xd800
	return os.WriteFile(path, encode16(units), 0o644)
}

func writeGzip(path string, report []byte) error {
	return os.WriteFile(path, zipped(report), 0o644)
}

func zipped(report []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(report); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func writeCutGzip(path string, report []byte) error {
	z := zipped(report)
	return os.WriteFile(path, z[:len(z)-12], 0o644)
}

// writeBomb writes a report that is well-formed to its end, and expands a thousand times.
func writeBomb(path string, report []byte) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := gzip.NewWriter(file)
	body := bytes.TrimRight(report, "\n}")
	for _, part := range []io.Reader{bytes.NewReader(body), io.LimitReader(blanks{}, 100<<20), strings.NewReader("}")} {
		if _, err := io.Copy(w, part); err != nil {
			return err
		}
	}
	return w.Close()
}

// blanks never end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// writeSparse writes 10 GB that take no room.
func writeSparse(path string, report []byte) error {
	if err := os.WriteFile(path, report, 0o644); err != nil {
		return err
	}
	return os.Truncate(path, 10<<30)
}

// writeMany fills a folder with more files than one glob may stand for.
func writeMany(dir string, _ []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range maxMatches + 1 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.json", i)), nil, 0o644); err != nil {
			return err
		}
	}
	return nil
}

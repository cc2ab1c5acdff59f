package ledger

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// The files of a branch: the newest checkpoint, the entries one by one or, once there are enough of them, many in a file, and the bytes that
// decisions about releases name. Entries and bytes are compressed (Zstandard); the entries are lines of an export, see [Ledger.Export].
const (
	checkpointFile = "checkpoint"
	readmeFile     = "README.md"
	readme         = "# The memory of the release gate\n\nEach commit adds one entry to a log that only grows: a decision, or a sign-off. " +
		"`checkpoint` has its size and its root.\nNobody but the gate writes here; `defectgate ledger verify --ledger branch:NAME` tells whether " +
		"somebody did.\n"
)

// bytesFile is the file with the bytes that a decision about a release names.
func bytesFile(decision string) string { return "bytes/" + decision + ".ndjson.zst" }

// together is how many entries become one file: a branch of ten thousand entries is read with some three hundred questions.
const together = 32

// maxFile bounds what a file of entries expands to, in bytes.
const maxFile = 512 << 20

// entryFile is a file with the entries from one on through another.
type entryFile struct {
	path, id string
	from, to int64
}

func (f *entryFile) isSingle() bool { return f.from == f.to }

var entryPath = regexp.MustCompile(`^entries/(\d{12})(?:-(\d{12}))?\.ndjson\.zst$`)

func entriesPath(from, to int64) string {
	if from == to {
		return fmt.Sprintf("entries/%012d.ndjson.zst", from)
	}
	return fmt.Sprintf("entries/%012d-%012d.ndjson.zst", from, to)
}

// filesFrom gives the files that hold the entries from one on, in their order.
func filesFrom(files map[string]string, from int64) (list []entryFile) {
	for path, id := range files {
		parts := entryPath.FindStringSubmatch(path)
		if parts == nil {
			continue
		}
		f := entryFile{path: path, id: id}
		f.from, _ = strconv.ParseInt(parts[1], 10, 64) // the pattern has digits
		f.to, _ = strconv.ParseInt(cmp.Or(parts[2], parts[1]), 10, 64)
		if f.to >= from {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b entryFile) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return list
}

// expected are the contents that bring a copy of so many entries up to date. Which bytes its new entries name is known before only of an empty one.
func expected(files map[string]string, have int64) (ids []string) {
	for _, f := range filesFrom(files, have) {
		ids = append(ids, f.id)
	}
	for path, id := range files {
		if have == 0 && !entryPath.MatchString(path) {
			ids = append(ids, id)
		}
	}
	return ids
}

// envelopes reads the lines of a file: as many as its name says.
func (f *entryFile) envelopes(text []byte) (list []record.Envelope, err error) {
	whole, err := store.Expanded(text, maxFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", gate.ErrRegister, err)
	}
	lines := jsontext.NewDecoder(bytes.NewReader(whole))
	for range f.to - f.from + 1 {
		var l line
		if err := json.UnmarshalDecode(lines, &l, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", gate.ErrRegister, len(list)+1, err)
		}
		envelope, err := record.ParseEnvelope(l.Envelope)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", gate.ErrRegister, len(list)+1, err)
		}
		list = append(list, envelope)
	}
	return list, nil
}

// changes are the files that an entry adds. The last of many takes those before it into its own.
func (m *Mirror) changes(ctx context.Context, e *store.Entry) (map[string][]byte, error) {
	changes, from := map[string][]byte{}, e.Index
	var text []byte
	if (e.Index+1)%together == 0 {
		for _, f := range filesFrom(m.files, e.Index+1-together) {
			if f.isSingle() && f.to < e.Index {
				changes[f.path], from = nil, min(from, f.from)
			}
		}
		err := m.Copy.Read(ctx, from, e.Index, func(before *store.Entry) (err error) {
			text, err = appendLine(text, before)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	text, err := appendLine(text, e)
	changes[entriesPath(from, e.Index)] = store.Compressed(text)
	return changes, err
}

func appendLine(text []byte, e *store.Entry) ([]byte, error) {
	envelope := EnvelopeOf(e)
	sealed, err := envelope.Marshal()
	if err != nil {
		return nil, err
	}
	written, err := json.Marshal(&line{Envelope: sealed}, gate.Deterministic)
	return append(append(text, written...), '\n'), err
}

// packedBytes are those that a decision names, in the order of their names.
func packedBytes(bytes gate.Attachments) ([]byte, error) {
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(bytes)) {
		written, err := json.Marshal(&line{Blob: &exportedBlob{name, bytes[name]}}, gate.Deterministic)
		if err != nil {
			return nil, err
		}
		text = append(append(text, written...), '\n')
	}
	return store.Compressed(text), nil
}

// bytesOf reads the bytes that the branch keeps with an entry.
func (m *Mirror) bytesOf(ctx context.Context, e *store.Entry) (gate.Attachments, error) {
	id, has := m.following[bytesFile(e.ID)]
	if !has || e.Kind != decisionKind {
		return nil, nil
	}
	text, err := m.Branch.Content(ctx, id)
	if err != nil {
		return nil, err
	}
	whole, err := store.Expanded(text, maxFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", gate.ErrRegister, err)
	}
	kept, lines := gate.Attachments{}, jsontext.NewDecoder(bytes.NewReader(whole))
	for lines.PeekKind() != 0 {
		var l line
		if err := json.UnmarshalDecode(lines, &l, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("%w: %w", gate.ErrRegister, err)
		}
		if l.Blob == nil || kept.Add(l.Blob.Bytes).SHA256 != l.Blob.SHA256 {
			return nil, fmt.Errorf("%w: its bytes are not those that it names", gate.ErrRegister)
		}
	}
	return kept, nil
}

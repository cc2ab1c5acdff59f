package ledger

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// line is one line of an export: it has one of the members.
type line struct {
	Log        *exportedLog   `json:"log,omitempty"`        // the first line
	Blob       *exportedBlob  `json:"blob,omitempty"`       // bytes that decisions name
	Envelope   jsontext.Value `json:"envelope,omitempty"`   // an entry, in the order of the log
	Checkpoint string         `json:"checkpoint,omitempty"` // signed
}

type exportedLog struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"` // base64

	Blobs       int `json:"blobs"`       // how many lines hold bytes
	Checkpoints int `json:"checkpoints"` // and how many a checkpoint
}

type exportedBlob struct {
	SHA256 string `json:"sha256"`
	Bytes  []byte `json:"bytes"` // base64
}

// Export writes all that is kept at one moment as lines of JSON, from which [Import] makes a ledger with the same log.
func (l *Ledger) Export(ctx context.Context, to io.Writer) error {
	still, err := l.Store.Snapshot(ctx)
	if err != nil {
		return err
	}
	return errors.Join((&Ledger{Store: still}).export(ctx, to), still.Close())
}

func (l *Ledger) export(ctx context.Context, to io.Writer) error {
	head, err := l.Store.Head(ctx)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	put := func(text line) error {
		if err := json.MarshalWrite(w, &text, gate.Deterministic); err != nil {
			return err
		}
		return w.WriteByte('\n')
	}
	names, notes, err := l.kept(ctx)
	if err != nil {
		return err
	}
	root := base64.StdEncoding.EncodeToString(head.Root[:])
	if err := put(line{Log: &exportedLog{head.Origin, head.Size, root, len(names), len(notes)}}); err != nil {
		return err
	}
	if err := l.exportBlobs(ctx, names, put); err != nil {
		return err
	}
	err = l.Store.Read(ctx, 0, head.Size, func(e *store.Entry) error {
		envelope := EnvelopeOf(e)
		text, err := envelope.Marshal()
		if err != nil {
			return err
		}
		return put(line{Envelope: text})
	})
	if err != nil {
		return err
	}
	for _, note := range notes {
		if err := put(line{Checkpoint: note}); err != nil {
			return err
		}
	}
	return w.Flush()
}

// kept lists what is kept beside the entries: the names of bytes, and checkpoints.
func (l *Ledger) kept(ctx context.Context) (names, notes []string, err error) {
	if names, err = l.Store.Blobs(ctx); err != nil {
		return nil, nil, err
	}
	err = l.Store.Checkpoints(ctx, func(_ int64, _ []byte, note string) error {
		notes = append(notes, note)
		return nil
	})
	return names, notes, err
}

func (l *Ledger) exportBlobs(ctx context.Context, names []string, put func(line) error) error {
	for _, name := range names {
		text, err := l.Store.Blob(ctx, name)
		if err != nil {
			return err
		}
		if err := put(line{Blob: &exportedBlob{name, text}}); err != nil {
			return err
		}
	}
	return nil
}

// Import fills an empty ledger from an export. One that was broken off goes on where it was: what is there already is passed over.
func (l *Ledger) Import(ctx context.Context, from io.Reader) (tree.Checkpoint, error) {
	in := &importing{Ledger: l, ctx: ctx, lines: jsontext.NewDecoder(bufio.NewReader(from))}
	if err := in.run(); err != nil {
		return tree.Checkpoint{}, fmt.Errorf("import, at byte %d: %w", in.lines.InputOffset(), err)
	}
	return in.want, nil
}

type importing struct {
	*Ledger
	ctx   context.Context
	lines *jsontext.Decoder
	want  tree.Checkpoint
	next  int64
	lack  exportedLog // how many lines of each kind are still to come
}

func (in *importing) run() error {
	for first := true; ; first = false {
		var text line
		err := json.UnmarshalDecode(in.lines, &text, json.RejectUnknownMembers(true))
		if errors.Is(err, io.EOF) && !first {
			return in.finish()
		}
		if err != nil {
			return fmt.Errorf("this is no export of a ledger: %w", err)
		}
		if first != (text.Log != nil) {
			return errors.New("an export names its log in its first line, and nowhere else")
		}
		if err := in.take(&text); err != nil {
			return err
		}
	}
}

func (in *importing) take(text *line) error {
	switch {
	case text.Log != nil:
		return in.begin(text.Log)
	case text.Blob != nil:
		attached := gate.Attachments{}
		if name := attached.Add(text.Blob.Bytes).SHA256; name != text.Blob.SHA256 {
			return fmt.Errorf("the bytes of %q have the SHA-256 %s", text.Blob.SHA256, name)
		}
		in.lack.Blobs--
		return in.Store.AddBlobs(in.ctx, attached)
	case text.Envelope != nil:
		return in.entry(text.Envelope)
	case text.Checkpoint != "":
		return in.checkpoint(text.Checkpoint)
	}
	return errors.New("an empty line")
}

func (in *importing) begin(log *exportedLog) (err error) {
	in.lack = *log
	body := fmt.Sprintf("%s\n%d\n%s\n", log.Origin, log.Size, log.Root)
	if in.want, err = tree.ParseCheckpoint(body, nil); err != nil {
		return err
	}
	return in.Store.Adopt(in.ctx, log.Origin)
}

func (in *importing) entry(text []byte) error {
	envelope, err := record.ParseEnvelope(text)
	if err != nil {
		return err
	}
	e, fill, err := imported(&envelope)
	if err != nil {
		return err
	}
	done, err := in.Store.Append(in.ctx, e, nil, fill)
	if err == nil && (done.Other || done.Index != in.next) {
		err = fmt.Errorf("%s %s would be entry %d, and stands at %d", e.Kind, e.ID, in.next, done.Index)
	}
	in.next++
	return err
}

// imported is the entry of an envelope, and what fills the projections with it: a decision is read once for both.
func imported(envelope *record.Envelope) (e store.Entry, fill store.Projector, err error) {
	if record.IsSignOff(envelope.Payload) {
		made, err := record.ParseSignOff(envelope.Payload)
		if err != nil {
			return e, nil, err
		}
		e, err = signOffEntry(made, envelope)
		return e, project, err
	}
	d, err := record.ParseDecision(envelope.Payload)
	if err == nil {
		err = d.Check()
	}
	if err != nil {
		return e, nil, err
	}
	envelope.KeyID = d.Signer
	e, err = entryOf(d, envelope)
	return e, func(ctx context.Context, tx *sql.Tx, e *store.Entry) error {
		return projectDecision(ctx, tx, e.Index, d)
	}, err
}

func (in *importing) checkpoint(note string) error {
	in.lack.Checkpoints--
	c, err := tree.ParseCheckpoint(note, nil)
	if err != nil {
		return err
	}
	if root, err := in.Store.RootAt(in.ctx, c.Size); err != nil || c.Size > in.next || c.Origin != in.want.Origin || root != c.Root {
		return fmt.Errorf("the checkpoint of %d entries is not of this log", c.Size)
	}
	return in.Store.SaveCheckpoint(in.ctx, c, note)
}

// finish makes sure that the log is the one that was exported.
func (in *importing) finish() error {
	head, err := in.Store.Head(in.ctx)
	if err != nil {
		return err
	}
	if in.lack.Blobs != 0 || in.lack.Checkpoints != 0 {
		return gate.WithHint(fmt.Errorf("%d lines with bytes and %d with checkpoints are missing", in.lack.Blobs, in.lack.Checkpoints),
			"the export is cut off or was changed: export again")
	}
	if head.Size != in.want.Size || !bytes.Equal(head.Root[:], in.want.Root[:]) {
		return gate.WithHint(fmt.Errorf("the log has %d entries with root %s now, and the export had %d with root %s", head.Size, head.Root,
			in.want.Size, in.want.Root), "the export is cut off or was changed: export again, into a new ledger")
	}
	return nil
}

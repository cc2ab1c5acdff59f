package scanner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/file"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// ReceiptSuffix is what the name of a receipt has behind that of its report.
const ReceiptSuffix = ".receipt.json"

// receiptVersion is the version of the form.
const receiptVersion = 1

// Receipt is what `defectgate run` writes beside a report: that a scanner ran, how it ended, and which bytes it left. It is as trustworthy as the
// report itself: whoever can write the one can write the other.
type Receipt struct {
	Version  int          `json:"defectgate_receipt"`
	Report   string       `json:"report"`           // name of the file, without folders
	Program  string       `json:"program"`          // in the table of scanners
	Command  []string     `json:"command"`          // as it was run; what may be a secret is left out
	Binary   string       `json:"binary,omitempty"` // SHA-256 of the executable, hexadecimal
	ExitCode *int         `json:"exit_code"`        // null until the scanner has ended
	Finished []int        `json:"finished"`         // exit codes of a scan that ran to its end
	Started  time.Time    `json:"started"`          //
	Ended    time.Time    `json:"ended,omitzero"`   // likewise absent
	Tool     gate.Tool    `json:"tool,omitzero"`    //
	Subject  gate.Subject `json:"subject,omitzero"` // the repository and commit of the working directory
	Format   string       `json:"format,omitempty"` // of the report, where it was named
	Size     int64        `json:"size"`             // of the report, in bytes
	SHA256   string       `json:"sha256"`           // of the report, hexadecimal
}

// RanToItsEnd reports whether the exit code is one of a scan that did.
func (r *Receipt) RanToItsEnd() bool {
	return r.ExitCode != nil && slices.Contains(r.Finished, *r.ExitCode)
}

// Problem says how the scanner ended, if that is not how a whole scan ends.
func (r *Receipt) Problem() string {
	switch {
	case r.ExitCode == nil:
		return r.Program + " did not come to its end: it was ended, or is still running"
	case r.RanToItsEnd():
		return ""
	}
	codes := make([]string, len(r.Finished))
	for i, code := range r.Finished {
		codes[i] = fmt.Sprint(code)
	}
	return fmt.Sprintf("%s ended with exit code %d; a scan that ran to its end has %s", r.Program, *r.ExitCode, strings.Join(codes, " or "))
}

// Write writes the receipt as it is read.
func (r *Receipt) Write(w io.Writer) error {
	r.Version = receiptVersion
	return json.MarshalWrite(w, r, gate.Deterministic, jsontext.WithIndent("  "))
}

// receipt reads the receipt beside the report; nil where there is none.
func (f *File) receipt(ctx context.Context) (*Receipt, error) {
	if f.OpenReceipt == nil {
		return nil, nil
	}
	var r Receipt
	err := report.JSON(file.New(ctx, f.Path+ReceiptSuffix, f.OpenReceipt, f.Limits), func(dec *report.Decoder) error {
		return report.StrictValue(dec, &r)
	})
	if err == nil && r.Version != receiptVersion {
		err = gate.WithHint(fmt.Errorf("version %d is not known", r.Version), "use the defectgate that wrote it, or a newer one")
	}
	ended := r.SHA256 != "" && !r.Ended.IsZero() && !r.Ended.Before(r.Started)
	if err == nil && (r.Program == "" || len(r.Finished) == 0 || r.ExitCode != nil && !ended) {
		err = errors.New("program, finished, sha256, started or ended is missing, or cannot be")
	}
	if err == nil && r.Report != path.Base(f.Path) {
		err = gate.WithHint(fmt.Errorf("it is for a report called %q", r.Report), "keep the name that the report was written under")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, f.noReceipt(ctx, err)
	}
	return &r, nil
}

// noReceipt says what to do about a receipt that cannot be read, or that is none.
func (f *File) noReceipt(ctx context.Context, err error) error {
	again := "run the scanner again with: defectgate run --report " + f.Path + " -- SCANNER…"
	hint := cmp.Or(gate.HintOf(err), again)
	if file.StatusOf(ctx, err) == gate.Unavailable { // its own hint is for reports
		hint = "take away what is there, and " + again
	}
	return gate.WithHint(fmt.Errorf("its receipt %q: %w", f.Path+ReceiptSuffix, err), "%s", hint)
}

// format is what the receipt knows of the report's format: the one that was named to the run, and for a report that is nobody's the one of the
// scanner's name.
func (r *Receipt) format(o *report.Outline) string {
	switch {
	case r == nil:
		return ""
	case r.Format == "" && o.Nobodys() && slices.Contains(Names(), r.Program):
		return r.Program
	}
	return r.Format
}

// fits holds the format of a report that is nobody's against the scanner: the same bytes are an empty report of many.
func (r *Receipt) fits(o *report.Outline, format Format) error {
	if r == nil || !o.Nobodys() || r.format(o) == "" || r.format(o) == format.Name {
		return nil
	}
	return gate.WithHint(fmt.Errorf("its receipt is of %s, and the report is named %s", r.Program, format.Name),
		"name the format of the scanner that ran, or run the one that is meant")
}

// settle holds the report against its receipt: what is not the same bytes is no report of that run.
func (r *Receipt) settle(e *gate.Evidence) error {
	const again = "run the scanner again, and leave the report as it wrote it"
	switch {
	case r.ExitCode == nil:
		e.Scan.Failed = cmp.Or(e.Scan.Failed, r.Problem())
		return nil
	case e.Size < r.Size:
		return gate.WithHint(fmt.Errorf("its receipt is for %d bytes, and it has %d: %w", r.Size, e.Size, io.ErrUnexpectedEOF), again)
	case e.SHA256 != r.SHA256:
		return gate.WithHint(fmt.Errorf("its receipt is for other bytes (sha256 %.12s…), so it was changed since, or is of another run", r.SHA256), again)
	}
	e.Receipt = &gate.ScanReceipt{Program: r.Program, ExitCode: *r.ExitCode, Command: r.Command, Binary: r.Binary}
	r.complete(&e.Scan)
	return nil
}

// complete adds what the report does not say itself.
func (r *Receipt) complete(s *gate.Scan) {
	s.Failed = cmp.Or(s.Failed, r.Problem())
	if s.Tool.Version == "" && strings.EqualFold(cmp.Or(s.Tool.Name, r.Tool.Name), r.Tool.Name) {
		s.Tool = gate.Tool{Name: cmp.Or(s.Tool.Name, r.Tool.Name), Version: r.Tool.Version}
	}
	if s.Time().IsZero() {
		s.Started, s.Ended = r.Started, r.Ended
	}
	if s.Subject.IsUnknown() {
		name := s.Subject.Name
		s.Subject = r.Subject
		s.Subject.Name = cmp.Or(name, r.Subject.Name)
	}
	if s.Proof == "" && s.Unproven == "" && r.RanToItsEnd() { // where the report is silent; what it says itself is not outvoted
		s.Proof = fmt.Sprintf("receipt: %s ended with exit code %d", cmp.Or(r.Tool.String(), r.Program), *r.ExitCode)
	}
}

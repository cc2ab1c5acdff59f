package scanner

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/file"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// parse reads the document as one of a format. Where the format was named, not recognised, and nothing comes of it, the name is doubted: a
// document of another format may look like an empty one.
func (f *File) parse(ctx context.Context, r reading) (gate.Scan, error) {
	scan, err := r.Parse(r.document, r.emit)
	doubtful := err == nil && scan.Read == 0 || err != nil && file.StatusOf(ctx, err) == gate.Malformed
	if f.Format == "" || !doubtful {
		return scan, err
	}
	if o, unread := report.Sketch(r.document); unread == nil {
		err = misnamed(err, r.Format, o)
	}
	return scan, err
}

// misnamed says what the named format reads, and which one the document looks like. err is what came of reading it, if anything.
func misnamed(err error, named Format, o *report.Outline) error {
	reads := fmt.Sprintf("%s reads %s", named.Name, named.Title)
	other := lookalikes(o, named)
	switch {
	case other != "":
		err = cmp.Or(err, fmt.Errorf("nothing in it is of %s", named.Name))
		return gate.WithHint(fmt.Errorf("it is named %s and looks like %s: %w", named.Name, other, err),
			"%s; name %s instead, or no format", reads, other)
	case err == nil || gate.HintOf(err) != "":
		return err
	case named.Detect(o):
		return gate.WithHint(err, "scan again; if the scanner writes this, it is of a version that is not known: %s", reads)
	}
	return gate.WithHint(err, "%s, and this looks like no format that is known: see that the path is that of the report", reads)
}

// lookalikes names the formats that claim a document, unless the named one claims it too.
func lookalikes(o *report.Outline, named Format) string {
	if named.Detect(o) {
		return ""
	}
	return strings.Join(report.Names(report.Claims(Formats(), o)), " or ")
}

// Package workflow holds the annotations of a run: remarks that a platform shows beside the lines of files. It says which of them can be shown,
// counts those that are not, and writes them as workflow commands, which GitHub Actions reads from the log of a step. Whoever shows annotations, in a
// log or at a check run, has them from here: they are cleaned in one way, and what is left out is counted in one way.
package workflow

import (
	"cmp"
	"io/fs"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// Annotation is a remark at a place of the repository.
type Annotation struct {
	Path    string // relative to the root, with slashes; "" is the run as a whole
	Line    int    // from 1; 0 is the whole file
	EndLine int    // the last line of it
	Level   string // another than those below is taken for Error
	Title   string
	Message string
}

// The levels of GitHub's workflow commands.
const (
	Error   = "error"
	Warning = "warning"
	Notice  = "notice"
)

// How much of a text is shown, in characters.
const (
	MaxTitle   = 250
	MaxMessage = 2000
)

// Annotations are those of a run.
type Annotations struct {
	All     []Annotation // worst first
	Besides int          // what there is to remark that stands at no place, or at none that is wanted
	Whole   Annotation   // of the run as a whole, for who sees nothing but annotations
	Tell    bool         // it must be told, whatever else is
}

// Placed are the annotations that can be shown, cleaned. Those of paths that no file of the repository has are left out.
func Placed(all []Annotation) (placed []Annotation) {
	for _, a := range all {
		if InRepository(a.Path) {
			placed = append(placed, a.cleaned())
		}
	}
	return placed
}

// Left counts what is not told where so many annotations are shown.
func (a *Annotations) Left(shown int) int { return len(a.All) + a.Besides - shown }

// More says so.
func More(left int) string { return phrase.Plural(left, "more is", "more are") + " not shown here" }

// Only keeps the annotations that are wanted. The others are still counted.
func (a *Annotations) Only(wanted func(Annotation) bool) {
	var kept []Annotation
	for _, one := range a.All {
		if wanted(one) {
			kept = append(kept, one)
		}
	}
	a.All, a.Besides = kept, a.Left(len(kept))
}

// scheme is how an absolute path of Windows begins, and an address.
var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// InRepository reports whether a path can be one of the repository, spelt as GitHub does. Of one that is cut or cleaned there would be no such file.
func InRepository(path string) bool {
	return path != "." && fs.ValidPath(path) && !scheme.MatchString(path) && !strings.Contains(path, `\`) && gate.CleanLine(path, 0) == path
}

// cleaned makes each text one line of bounded length, and none of them empty but the path.
func (a Annotation) cleaned() Annotation {
	a.Line = max(a.Line, 0)
	a.EndLine = max(a.EndLine, a.Line)
	if a.Level != Notice && a.Level != Warning {
		a.Level = Error
	}
	a.Title = cmp.Or(gate.CleanLine(a.Title, MaxTitle), "defectgate")
	a.Message = cmp.Or(gate.CleanLine(a.Message, MaxMessage), a.Title)
	return a
}

package gate

import (
	"errors"
	"fmt"
)

// Hinted is an error with the next step to take. It is printed as two lines: the error, and the hint.
type Hinted struct {
	Err  error
	Hint string
}

// Error gives the problem alone: the hint is printed on a line of its own, see [HintOf].
func (h *Hinted) Error() string { return h.Err.Error() }
func (h *Hinted) Unwrap() error { return h.Err }

// WithHint adds the next step to an error. A nil error stays nil.
func WithHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Hinted{Err: err, Hint: fmt.Sprintf(format, args...)}
}

// HintOf gives the outermost hint of an error, or "".
func HintOf(err error) string {
	var h *Hinted
	if errors.As(err, &h) {
		return h.Hint
	}
	return ""
}

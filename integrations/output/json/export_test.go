package json

import "golang.org/x/text/transform"

// NewEscaper is the one that [Write] uses.
func NewEscaper() transform.Transformer { return new(escaper) }

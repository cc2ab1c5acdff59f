package report

import (
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Count is how many of something there are. Counts prove scans, and tell a part of a report from all of it, so nothing but a whole number is one: no
// text, and no null.
type Count struct {
	N     int
	Known bool // it was there
}

// UnmarshalJSONFrom reads the value.
func (n *Count) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, n) }

func (n *Count) take(c *cursor) error {
	value := c.value()
	count, err := strconv.ParseFloat(string(value), 64) // programs in Python write 2.0
	if err != nil || count != math.Trunc(count) || count < 0 || count > math.MaxInt32 {
		return fmt.Errorf("%w: want a count, have %.40s", ErrShape, value)
	}
	*n = Count{int(count), true} // sums of these do not overflow
	return nil
}

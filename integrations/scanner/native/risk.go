package native

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Hints for a risk. A factor that is guessed too low hides a defect, so that the worst is what to write where nobody can tell.
const (
	factorHint = "write a whole number from 0 to 9: 9 where nobody can tell"
	riskHint   = "give the eight factors of threat agent and vulnerability, and the four of technical or of business impact: 9 where nobody can tell"
)

// checkRisk refuses a risk that is not whole: the mean of the factors that happen to be there may be far below the mean of all.
func (r *record) checkRisk(c *checker) {
	if r.Risk == nil {
		return
	}
	for _, f := range r.Risk.Factors() {
		if !f.Valid() {
			c.refuse("risk."+f.Name, factorHint, "%d is no factor", *f.Value)
		}
	}
	if missing := r.Risk.Missing(); len(missing) > 0 {
		c.refuse("risk", riskHint, "it lacks %s", strings.Join(missing, ", "))
	}
}

// factor reads one factor of a risk from a cell.
func factor(field func(*gate.Risk) **int) func(*record, string) error {
	return func(r *record, cell string) error {
		n, err := strconv.Atoi(cell)
		if err != nil {
			return gate.WithHint(fmt.Errorf("%q is no factor", cell), factorHint)
		}
		*field(r.estimated()) = &n
		return nil
	}
}

// estimated is the record's risk, made when the first cell of it is read.
func (r *record) estimated() *gate.Risk {
	if r.Risk == nil {
		r.Risk = &gate.Risk{}
	}
	return r.Risk
}

package report

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// What is remembered is what would be said again.
func TestRatingsAreUnderstoodTheSameEachTime(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	for range 20_000 {
		o := gate.Opinion{Party: pick("nvd", "ghsa", ""), Vector: pick("", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "AV:N", "CVSS:3.1/AV:N")}
		if label := pick("", "high", "HIGH", "moderate", "spicy", "-"); label != "-" {
			o.Label = &label
		}
		if random.IntN(2) == 0 {
			score := []float64{0, math.Copysign(0, -1), 7.5, 11, -1, math.NaN(), math.Inf(1)}[random.IntN(7)]
			o.Score = &score
		}
		if random.IntN(10) == 0 {
			o.Risk = &gate.Risk{}
		}
		format := pick("trivy", "semgrep", "nobodys")
		want, have := Words(format).Rate(o), Rate(format, o)
		require.Equal(t, math.Float64bits(want.Score), math.Float64bits(have.Score), "%+v", o)
		require.Equal(t, want, have, "%+v", o)
	}
	require.LessOrEqual(t, len(understood.known), mostRatings)
}

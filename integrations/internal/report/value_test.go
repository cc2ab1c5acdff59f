package report

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The short way of [CWEs] finds what the pattern finds.
func TestCWEsAreFoundAsThePatternFindsThem(t *testing.T) {
	parts := []string{"CWE-", "cwe-", "CWE", "W", "-", ":", " ", "0", "00", "7", "79", "12345", "123456", "x", "external/cwe/", "+", "ü"}
	random := rand.New(rand.NewPCG(1, 1))
	for range 50_000 {
		text := ""
		for range random.IntN(4) {
			text += parts[random.IntN(len(parts))]
		}
		var want []int
		for _, match := range cwePattern.FindAllStringSubmatch(text, -1) {
			if n, err := strconv.Atoi(match[1]); err == nil && n > 0 {
				want = append(want, n)
			}
		}
		require.Equal(t, want, CWEs(text), "%q", text)
	}
}

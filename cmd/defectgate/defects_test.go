package main

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// What is taken for clean is what cleaning leaves as it is.
func TestCleanTextsNeedNoCleaning(t *testing.T) {
	parts := []string{"a", "B7", " ", "  ", "#", "##", "[", "group", ":", "::", "\t", "\n", "\x1b", "\u202e", "ü", "\xff", "~", "\x7f", "-", "/"}
	random := rand.New(rand.NewPCG(1, 1))
	for range 50_000 {
		text := ""
		for range random.IntN(6) {
			text += parts[random.IntN(len(parts))]
		}
		for _, most := range []int{1, 5, 40} {
			require.Equal(t, gate.CleanLine(text, most), cleanLine(text, most), "%q", text)
		}
	}
}

func TestColumnsArePaddedInCharacters(t *testing.T) {
	for text, want := range map[string]string{"": "     ", "ab": "ab   ", "üß": "üß   ", "abc": "abc  ", "abcd": "abcd  "} {
		require.Equal(t, want, string(appendColumn(nil, text, 3)))
	}
}

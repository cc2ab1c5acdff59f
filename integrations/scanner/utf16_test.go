package scanner_test

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func encoded(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func TestUTF16WithoutMarkIsNamed(t *testing.T) {
	orders := map[string]binary.AppendByteOrder{"UTF-16LE": binary.LittleEndian, "UTF-16BE": binary.BigEndian}
	for name, order := range orders {
		for _, text := range []string{trivyReport, "\r\n" + sheet, `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>`, "[]"} {
			for _, format := range []string{"", "trivy"} {
				e := load(format, encoded(order, text))
				require.Equal(t, gate.Malformed, e.Status, text)
				require.Equal(t, "it looks like "+name+", and has no byte order mark to say so", e.Problem)
				require.Equal(t, "convert it with iconv -f "+name+" -t UTF-8, "+
					"or let the scanner write the file itself: the > of Windows PowerShell writes UTF-16", e.Hint)
			}
		}
		require.Empty(t, load("", encoded(order, "\ufeff"+trivyReport)).Problem, "with a mark it is read")
	}
}

// Zeros elsewhere are no sign of UTF-16.
func TestOtherZerosAreNotTakenForUTF16(t *testing.T) {
	for _, document := range []string{"\x00\x01\x00\x00", "{\x00\x00\x00", "\x00\x00\x00{", "{}\x00\x00", "\x00\x00\x00\x00", "{\x00", "é\x00\x00"} {
		require.NotContains(t, load("", document).Problem, "UTF-16", "%q", document)
	}
}

package native

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
)

// The schema takes a risk exactly where the parser does: whatever factors are missing, and with values that are none.
func TestSchemaAndParserAgreeOnRisks(t *testing.T) {
	schema, all := compiled(t), factorsOf(5)
	taken := func(factors []string) bool {
		document := fmt.Sprintf(`{"defectgate":1,"tool":{"name":"x"},"defects":[{"id":"1","kind":"design","risk":{%s}}]}`, strings.Join(factors, ","))
		_, _, err := reporttest.Parse(JSON, []byte(document))
		value, notJSON := jsonschema.UnmarshalJSON(strings.NewReader(document))
		require.NoError(t, notJSON)
		require.Equal(t, err == nil, schema.Validate(value) == nil, "%s: %v", document, err)
		return err == nil
	}
	for given := range 1 << 8 { // which factors of impact
		var impact []string
		for i := range 8 {
			if given&(1<<i) != 0 {
				impact = append(impact, all[8+i])
			}
		}
		require.Equal(t, slices.Contains([]int{0b1111, 0b11110000, 0b11111111}, given), taken(slices.Concat(all[:8], impact)), "%08b", given)
	}
	for i := range all {
		require.False(t, taken(slices.Concat(all[:i], all[i+1:])), "all but %s", all[i])
		for value, want := range map[int]bool{-1: false, 0: true, 9: true, 10: false} {
			require.Equal(t, want, taken(slices.Concat(all[:i], factorsOf(value)[i:i+1], all[i+1:])), "%s: %d", all[i], value)
		}
	}
}

// factorsOf writes all sixteen factors with one value.
func factorsOf(value int) (members []string) {
	for _, f := range (&gate.Risk{}).Factors() {
		members = append(members, fmt.Sprintf("%q:%d", f.Name, value))
	}
	return members
}

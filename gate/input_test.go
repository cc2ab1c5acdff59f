package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// A catalogue may list a defect and say no more of it. That it is listed must not be lost on the way into the record and out of it.
func TestWhatIsThereAndEmptyIsKept(t *testing.T) {
	epss := 0.0
	in := gate.Input{Defects: []*gate.Defect{{ID: "CVE-1", KEV: &gate.KEV{}, EPSS: &epss, Abuse: &gate.Abuse{},
		Occurrences: []*gate.Occurrence{{Word: &gate.Word{}}}}}, Candidates: make([][]gate.Candidate, 1)}
	in.Artifact.Change = &gate.Change{}
	text, err := in.Marshal()
	require.NoError(t, err)
	again, err := gate.ReadInput(text)
	require.NoError(t, err)
	d := again.Defects[0]
	require.NotNil(t, d.KEV)
	require.NotNil(t, d.EPSS)
	require.NotNil(t, d.Abuse)
	require.NotNil(t, d.Occurrences[0].Word)
	require.NotNil(t, again.Artifact.Change)
}

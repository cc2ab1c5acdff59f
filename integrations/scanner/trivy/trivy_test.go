package trivy_test

import (
	"testing"

	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/trivy"
)

func TestTrivy(t *testing.T) { reporttest.Testdata(t, trivy.Format) }

func FuzzTrivy(f *testing.F) { reporttest.Fuzz(f, trivy.Format) }

package gate

import (
	"errors"
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
)

// scoreVector computes the base score of a CVSS vector; its prefix tells the version, and CVSS 2.0 has none.
// The formulas are those of the four specifications published by FIRST.
func scoreVector(vector string) (version string, score float64, err error) {
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		v, err := gocvss40.ParseVector(vector)
		if err != nil {
			return "4.0", 0, err
		}
		return "4.0", v.Score(), nil
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		v, err := gocvss31.ParseVector(vector)
		if err != nil {
			return "3.1", 0, err
		}
		return "3.1", v.BaseScore(), nil
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		v, err := gocvss30.ParseVector(vector)
		if err != nil {
			return "3.0", 0, err
		}
		return "3.0", v.BaseScore(), nil
	case strings.HasPrefix(vector, "CVSS:"):
		return "", 0, errors.New("a version of CVSS that is not known")
	}
	v, err := gocvss20.ParseVector(strings.TrimSuffix(strings.TrimPrefix(vector, "("), ")"))
	if err != nil {
		return "2.0", 0, err
	}
	return "2.0", v.BaseScore(), nil
}

package policy

import (
	"slices"
	"strings"
)

// FileCoverage tells which lines of a policy the tests reached. Lines without an expression do not count.
type FileCoverage struct {
	Place      string `json:"place"`
	Covered    int    `json:"covered"`     // lines
	NotCovered []int  `json:"not_covered"` // lines, ascending
}

// Percent is the covered part of the lines that count; 100 where there are none.
func (c FileCoverage) Percent() float64 {
	all := c.Covered + len(c.NotCovered)
	if all == 0 {
		return 100
	}
	return 100 * float64(c.Covered) / float64(all)
}

// Covered is the covered part of the lines of all files, in percent.
func (r TestReport) Covered() float64 {
	var all FileCoverage
	for _, f := range r.Coverage {
		all.Covered += f.Covered
		all.NotCovered = append(all.NotCovered, f.NotCovered...)
	}
	return all.Percent()
}

// coverage gives the files that were to be tested; tests themselves are none of them.
func (r *testRun) coverage() []FileCoverage {
	report := r.cover.Report(r.modules)
	var files []FileCoverage
	for _, place := range sortedKeys(r.modules) {
		built := strings.HasPrefix(place, BuiltinName+":")
		if isTest(place) || strings.HasPrefix(place, pathsPrefix) || built && !r.builtin || report.Files[place] == nil {
			continue
		}
		file := FileCoverage{Place: relative(place)}
		reached := map[int]bool{}
		for _, part := range report.Files[place].Covered {
			for row := part.Start.Row; row <= part.End.Row; row++ {
				reached[row] = true
			}
		}
		missed := map[int]bool{}
		for _, part := range report.Files[place].NotCovered {
			missed[part.Start.Row] = true
			delete(reached, part.Start.Row)
		}
		for row := range missed {
			file.NotCovered = append(file.NotCovered, row)
		}
		slices.Sort(file.NotCovered)
		if file.Covered = len(reached); file.Covered+len(missed) > 0 {
			files = append(files, file)
		}
	}
	return files
}

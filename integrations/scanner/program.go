package scanner

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// programs is the table of scanners that the product knows to run.
//
//go:embed programs.csv
var programs string

// Program is a scanner as a command.
type Program struct {
	Name     string   // of the executable, without .exe
	Finished []int    // exit codes of a scan that ran to its end, whatever it found
	Version  []string // arguments that print the version; none where nothing does
	Source   string   // where the exit codes are documented
}

// Programs is the table, ordered by name.
var Programs = sync.OnceValue(func() []Program {
	rows, err := csv.NewReader(strings.NewReader(programs)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("programs.csv: %v", err)) // a test reads it
	}
	var table []Program
	for _, row := range rows[1:] {
		codes, err := ExitCodes(strings.Fields(row[1]))
		if err != nil {
			panic(fmt.Sprintf("programs.csv: %v", err))
		}
		table = append(table, Program{Name: row[0], Finished: codes, Version: strings.Fields(row[2]), Source: row[3]})
	}
	return table
})

// ProgramNamed finds a program in the table.
func ProgramNamed(name string) (Program, bool) {
	table := Programs()
	i := slices.IndexFunc(table, func(p Program) bool { return p.Name == name })
	if i < 0 {
		return Program{Name: name}, false
	}
	return table[i], true
}

// ExitCodes reads a list of exit codes.
func ExitCodes(texts []string) ([]int, error) {
	codes := make([]int, len(texts))
	for i, text := range texts {
		code, err := strconv.ParseUint(text, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("%q is no exit code from 0 to 255", text)
		}
		codes[i] = int(code)
	}
	return codes, nil
}

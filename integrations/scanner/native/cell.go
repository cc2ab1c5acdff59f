package native

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The functions below read one cell of a sheet into a record. Empty cells never come here: they are absent members.

func text[T ~string](field func(*record) *T) func(*record, string) error {
	return func(r *record, cell string) error {
		*field(r) = T(cell)
		return nil
	}
}

// list parts a cell at white space.
func list(field func(*record) *[]string) func(*record, string) error {
	return func(r *record, cell string) error {
		*field(r) = strings.Fields(cell)
		return nil
	}
}

func number(field func(*record) **float64) func(*record, string) error {
	return func(r *record, cell string) error {
		f, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			return fmt.Errorf("want a number such as 7.5, have %q", cell)
		}
		*field(r) = &f
		return nil
	}
}

func setSeverity(r *record, cell string) error {
	r.Severity.label = &cell
	return nil
}

func setCWEs(r *record, cell string) (err error) {
	for _, text := range strings.Fields(cell) {
		err = errors.Join(err, r.CWEs.add(text))
	}
	return err
}

func setLine(r *record, cell string) (err error) {
	r.Location.Line, err = wholeNumber(cell)
	return err
}

func setExploited(r *record, cell string) (err error) {
	r.Exploited, err = trueOrFalse(cell)
	return err
}

// setRansomware makes no entry of a catalogue out of a false.
func setRansomware(r *record, cell string) error {
	ransomware, err := trueOrFalse(cell)
	if ransomware {
		r.listed().Ransomware = true
	}
	return err
}

// listed is the record's entry in a catalogue, made when its first cell is read.
func (r *record) listed() *kev {
	if r.KEV == nil {
		r.KEV = &kev{}
	}
	return r.KEV
}

func wholeNumber(cell string) (int, error) {
	n, err := strconv.Atoi(cell)
	if err != nil {
		return 0, fmt.Errorf("want a whole number, have %q", cell)
	}
	return n, nil
}

// trueOrFalse takes capitals too: spreadsheets write them.
func trueOrFalse(cell string) (bool, error) {
	switch strings.ToLower(cell) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("want true or false, have %q", cell)
}

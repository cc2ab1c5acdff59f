package main

import (
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
)

// decision is what is read of the program's JSON.
type decision struct {
	Evaluator struct {
		Settings map[string]map[string]map[string]any `json:"settings"`
		Rules    []struct {
			ID string `json:"id"`
		} `json:"rules"`
	} `json:"evaluator"`
	Evaluation struct {
		Summary struct {
			Violations counts `json:"violations"`
		} `json:"summary"`
	} `json:"evaluation"`
}

// counts are the violations of each level.
type counts struct {
	Deny int `json:"deny"`
	Warn int `json:"warn"`
}

// decide asks the program about a document.
func (b *bench) decide(document string) (*decision, error) {
	var answer struct {
		Decision decision `json:"decision"`
	}
	err := read(b.check(document, "--format", "json"), &answer)
	return &answer.Decision, err
}

// agree makes sure that program and peer say the same of a document: else there is nothing to compare.
func (b *bench) agree(document string) error {
	own, err := b.decide(document)
	if err != nil {
		return err
	}
	var other counts
	if err := read(b.peer(document), &other); err != nil {
		return err
	}
	if said := own.Evaluation.Summary.Violations; said != other || said.Deny == 0 {
		return fmt.Errorf("%s: the gate says %+v, the peer says %+v", document, said, other)
	}
	return nil
}

// read decodes what a command prints while it prints it.
func read(c command, into any) error {
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := c.run(writer)
		writer.CloseWithError(err)
		ended <- err
	}()
	err := json.UnmarshalRead(reader, into)
	reader.CloseWithError(err)
	if failed := <-ended; failed != nil {
		return failed
	}
	return err
}

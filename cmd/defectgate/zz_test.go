package main

import (
	"context"
	"io"
	"os"
	"testing"
	"time"
)

func TestZZ(t *testing.T) {
	w := world{stdin: os.Stdin, stdout: io.Discard, stderr: os.Stderr, getenv: os.Getenv, now: time.Now}
	run(context.Background(), w, []string{"check", "--now", "2026-05-04T12:00:00Z", "/tmp/docs/d10000.json"})
}

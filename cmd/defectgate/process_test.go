package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
)

// program starts the test's own binary as the program.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = append([]string{"defectgate"}, args...)
	cmd.Dir, cmd.Env = "testdata/report", []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + t.TempDir(), "DEFECTGATE_LEDGER=none"}
	return cmd
}

func TestATerminatedCheckIsNotGreen(t *testing.T) {
	t.Parallel()
	cmd := program(t, "check", "-")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer stdin.Close()
	var said bytes.Buffer
	cmd.Stdout = &said
	require.NoError(t, cmd.Start())
	_, err = stdin.Write(bytes.Repeat([]byte{' '}, 256<<10)) // more than a pipe holds: once it is written, standard input is being read
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.Error(t, cmd.Wait())
	require.Equal(t, exitError, cmd.ProcessState.ExitCode(), said.String())
	require.Contains(t, said.String(), "ERROR")
}

func TestAClosedPipeIsNotGreen(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, read.Close())
	defer write.Close()
	cmd := program(t, "check", "--now", now, "low.json")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = write, &said
	require.Error(t, cmd.Run())
	require.Equal(t, exitError, cmd.ProcessState.ExitCode())
	require.Empty(t, said.String())
}

// TestAPanicIsNotGreen uses the clock, which every check asks, to fail as no code should.
func TestAPanicIsNotGreen(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	w := world{strings.NewReader(""), &said, &said, unset, func() time.Time { panic("no clock") }}
	require.Equal(t, exitError, run(context.Background(), w, []string{"check", "testdata/report/low.json"}))
	require.Contains(t, said.String(), "defectgate: error: the program failed: no clock")
}

// TestSecretsAreHiddenByTheProject makes sure that a secret has one fingerprint in all commands: each asks for the project in the same order.
func TestSecretsAreHiddenByTheProject(t *testing.T) {
	t.Parallel()
	forge := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY_ID": "4711", "GITHUB_SHA": "abc"}
	w := world{lookupenv: func(name string) (string, bool) { value, set := forge[name]; return value, set }}
	file := config.File{Project: "shop"}
	a, _, err := new(judging).artifactOf(t.Context(), w, file)
	require.NoError(t, err)
	require.Equal(t, "4711", a.Project)
	require.Equal(t, a.Project, projectOf(t.Context(), w, file))
	require.Equal(t, "project 4711", string(mergeOptions(w, file, a.Project).SecretKey))
	clear(forge)
	require.Equal(t, "shop", projectOf(t.Context(), w, file))
	forge["DEFECTGATE_SECRET_KEY"] = "ours"
	require.Equal(t, "ours", string(mergeOptions(w, file, "shop").SecretKey))
}

func TestColourIsForTerminals(t *testing.T) {
	t.Parallel()
	var j judging
	require.False(t, j.reading(world{stdout: &bytes.Buffer{}, lookupenv: unset}).Colour)
	file, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer file.Close()
	require.False(t, j.reading(world{stdout: file, lookupenv: unset}).Colour)
}

// TestTheSchemaHasTheKeysOfTheFile holds the schema against the struct: what one knows, the other does.
func TestTheSchemaHasTheKeysOfTheFile(t *testing.T) {
	t.Parallel()
	text, err := config.Schema()
	require.NoError(t, err)
	var schema map[string]any
	require.NoError(t, json.Unmarshal(text, &schema))
	requireKeys(t, "", schema, reflect.TypeFor[config.File]())
	_, err = compiledSchema()
	require.NoError(t, err)
}

func requireKeys(t *testing.T, at string, schema map[string]any, of reflect.Type) {
	properties, _ := schema["properties"].(map[string]any)
	keys := map[string]bool{}
	for i := range of.NumField() {
		key, _, _ := strings.Cut(of.Field(i).Tag.Get("yaml"), ",")
		field := of.Field(i).Type
		if key == "" {
			continue
		}
		keys[key] = true
		property, ok := properties[key].(map[string]any)
		require.True(t, ok, "the schema does not know %s%s", at, key)
		if items, ok := property["items"].(map[string]any); ok {
			property = items
		}
		if field.Kind() == reflect.Slice {
			field = field.Elem()
		}
		if field.Kind() == reflect.Struct {
			requireKeys(t, at+key+".", property, field)
		}
	}
	for key := range properties {
		require.True(t, keys[key], "the file does not know %s%s", at, key)
	}
}

// unset is an environment without variables.
func unset(string) (value string, set bool) { return "", false }

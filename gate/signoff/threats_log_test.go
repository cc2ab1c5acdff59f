package signoff_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// oneAnswer holds all replies to a comment against the first: each stands where the last one stood. Whether the gate ran again is all that may differ.
func oneAnswer(t *testing.T, w *world, p *signoff.Post) {
	require.NotEmpty(t, w.forge.told[p.ID])
	for _, text := range w.forge.told[p.ID] {
		assert.Equal(t, w.forge.told[p.ID][0], text)
		assert.Contains(t, text, "**defectgate: accepted**")
	}
}

func TestT16ACommentIsRecordedOnce(t *testing.T) {
	logs(t, func(t *testing.T, log signoff.Log) {
		t.Run("delivered twice", func(t *testing.T) {
			w := newWorld(t, log)
			p := w.wrote(alice, accept())
			first := w.desk().Handle(t.Context(), eventOf(p))
			require.NotNil(t, first.Recorded)
			again := w.mustRefuse(signoff.Duplicate, eventOf(p))
			assert.Equal(t, first.Recorded.ID, again.Refusal.Record)
			oneAnswer(t, w, p)
			assert.Equal(t, []signoff.Reaction{signoff.Done}, w.forge.signs[p.ID])
			assert.Len(t, w.forge.reruns, 1)
			assert.Zero(t, again.ExitCode())
		})
	})
	logs(t, func(t *testing.T, log signoff.Log) {
		t.Run("delivered at the same time", func(t *testing.T) {
			w := newWorld(t, log)
			p := w.wrote(alice, accept())
			var all sync.WaitGroup
			outcomes := make([]*signoff.Outcome, 8)
			for i := range outcomes {
				all.Go(func() { outcomes[i] = w.desk().Handle(t.Context(), eventOf(p)) })
			}
			all.Wait()
			made := 0
			for _, o := range outcomes {
				require.NoError(t, o.Told)
				if o.Refusal == nil {
					made++
					continue
				}
				assert.Equal(t, signoff.Duplicate, o.Refusal.Code, "%v", o.Refusal)
			}
			assert.Equal(t, 1, made)
			assert.Len(t, recordsOf(t, w.log), 1)
			oneAnswer(t, w, p)
		})
	})
	t.Run("another forge has comments of the same number", func(t *testing.T) {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		require.NotNil(t, w.desk().Handle(t.Context(), eventOf(p)).Recorded)
		w.place.Host = "other.example"
		require.NotNil(t, w.desk().Handle(t.Context(), eventOf(p)).Recorded)
	})
}

func TestT17ADeletedCommentTakesNothingBack(t *testing.T) {
	w := newWorld(t, newRealLog(t))
	made := w.recorded(alice, accept())
	clear(w.forge.posts)
	assert.NotContains(t, denied(w.check()), overdue)
	w.mustRefuse(signoff.Edited, signoff.Event{Action: "deleted", Change: changeNo, Comment: made.Comment.ID})
	e := w.check().Evaluation.Exceptions
	require.Len(t, e, 1)
	assert.Equal(t, made.Comment.URL, e[0].Evidence, "the record says where it stood")
	assert.Len(t, made.Comment.SHA256, 64)
}

// TestT28ASecretIsNeitherAnsweredNorRecorded looks for it in all that leaves the desk, and in the bytes of the ledger.
func TestT28ASecretIsNeitherAnsweredNorRecorded(t *testing.T) {
	for name, token := range map[string]string{"github": "ghp_" + strings.Repeat("a1B2", 9), "gitlab": "glpat-" + strings.Repeat("x", 20),
		"aws": "AKIA" + strings.Repeat("Q", 16), "jwt": "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "pem": "-----BEGIN RSA PRIVATE KEY-----"} {
		t.Run(name, func(t *testing.T) {
			log := newRealLog(t)
			w := newWorld(t, log)
			for _, body := range []string{
				accept() + " " + token, accept() + "\ncontrol: rule " + token, override() + token, accept() + "\n\nBy the way: " + token,
				"/defectgate accept " + token + " until " + until + forReason, "/defectgate false-positive " + overdue + forReason + token,
				"/defectgate revoke " + record + " because " + token + " was wrong", "/defectgate " + token, accept() + "\nscope: branch " + token,
			} {
				o := w.refusedFor(signoff.Secret, alice, body)
				assert.NotContains(t, o.Refusal.Error(), token)
				assert.NotContains(t, o.Reply(), token)
				assert.Zero(t, o.ExitCode())
				assert.NotEmpty(t, w.forge.told[o.Event.Comment], "somebody must hear that it is to be replaced")
			}
			o := w.refusedFor(signoff.Auth, stranger, accept()+" "+token)
			assert.NotContains(t, o.Reply(), token)
			assert.NotContains(t, w.forge.texts(), token)
			w.recorded(alice, accept()) // so that there is something in it
			for _, suffix := range []string{"", "-wal", "-shm"} {
				text, err := os.ReadFile(log.path + suffix)
				if !errors.Is(err, os.ErrNotExist) {
					require.NoError(t, err)
				}
				assert.NotContains(t, string(text), token)
			}
		})
	}
}

func TestT29WhatWasTamperedWithSignsNothingOff(t *testing.T) {
	broken := fmt.Errorf("%w: entry 3: its bytes are not those that were hashed", gate.ErrRegister)
	for _, call := range []string{"Read#1", "Append"} {
		t.Run(call, func(t *testing.T) {
			w := newWorld(t)
			w.memory().script[call] = func() error { return broken }
			o := w.refusedFor(signoff.Register, alice, accept())
			assert.Equal(t, 3, o.ExitCode())
			require.ErrorIs(t, o.Refusal, gate.ErrRegister)
			assert.NotContains(t, w.forge.texts(), "entry 3")
			assert.NotContains(t, o.Reply(), "entry 3")
			assert.Empty(t, w.forge.reruns)
		})
	}
	t.Run("a real one", func(t *testing.T) {
		log := newRealLog(t)
		w := newWorld(t, log)
		made := w.recorded(alice, acceptCritical())
		w.recorded(bob, "/defectgate approve "+made.ID)
		require.NotContains(t, denied(w.check()), critical)
		others := newRealLog(t)
		known := log.Keys
		log.Keys = others.Keys
		assert.Contains(t, denied(w.check()), critical, "nobody knows the key by which it is signed")
		log.Keys = known
		log.spoil(t)
		o := w.mustFailWith(signoff.Register, "/defectgate status")
		require.ErrorIs(t, o.Refusal, gate.ErrRegister)
		assert.Empty(t, w.forge.told[o.Event.Comment], "whoever asks is told nothing")
		assert.Equal(t, []signoff.Reaction{signoff.Seen}, w.forge.signs[o.Event.Comment])
		o = w.mustFailWith(signoff.Register, accept())
		assert.NotContains(t, o.Reply(), "key")
		assert.Equal(t, gate.Error, w.check().Verdict, "the gate fails closed")
	})
	t.Run("a key that was taken back", func(t *testing.T) {
		log := newRealLog(t)
		w := newWorld(t, log)
		w.recorded(alice, accept())
		require.NoError(t, log.Keys.Revoke(log.Key.ID(), noon, "stolen"))
		assert.Contains(t, denied(w.check()), overdue, "nothing that it signed counts")
	})
}

// mustFailWith has alice write what must be refused where the log cannot be read, not even by the test.
func (w *world) mustFailWith(code signoff.Code, body string) *signoff.Outcome {
	o := w.comment(alice, body)
	require.NotNil(w.t, o.Refusal)
	require.Equal(w.t, code, o.Refusal.Code)
	require.Nil(w.t, o.Recorded)
	require.Equal(w.t, 3, o.ExitCode())
	return o
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/elgamal/threshold"
)

func TestSeatsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	s := &seat{session: [32]byte{1, 2}, index: 3, sent: [][]byte{[]byte("zero"), []byte("one")}}
	plain := append(s.encode(), "the state"...)
	got := new(seat)
	state, session, err := got.decode(plain)
	require.NoError(t, err)
	require.Equal(t, "the state", string(state))
	require.Equal(t, s.session, session)
	require.Equal(t, s.index, got.index)
	require.Equal(t, s.sent, got.sent)
	for n := range s.encode() {
		_, _, err := new(seat).decode(plain[:n])
		require.Error(t, err, "cut to %d", n)
	}
}

func FuzzSeat(f *testing.F) {
	f.Add((&seat{}).encode())
	f.Add(append((&seat{index: 3, sent: [][]byte{[]byte("zero"), nil}}).encode(), 1))
	f.Fuzz(func(t *testing.T, plain []byte) {
		s := new(seat)
		state, session, err := s.decode(plain)
		if err == nil {
			s.session = session
			require.Equal(t, plain, append(s.encode(), state...))
		}
	})
}

func TestWitnessWithoutItsNewestStateIsRefused(t *testing.T) {
	dir := t.TempDir()
	pass := filepath.Join(dir, "pass")
	require.NoError(t, os.WriteFile(pass, []byte("correct horse\n"), 0o600))
	t.Setenv(secret.PassphraseFile, pass)
	a := &app{out: io.Discard, stderr: io.Discard, keys: secret.NewKeyring(scryptWork)}
	press, other := filepath.Join(dir, "press"), filepath.Join(dir, "other")
	require.NoError(t, a.makeKeys(secret.Witness, []string{press, other}))

	w, done, err := a.openWitness(press + ".key")
	require.NoError(t, err)
	require.IsType(t, &threshold.Witness{}, w)
	done()
	state, err := os.ReadFile(press + ".state")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		state []byte
		fault string
	}{
		"lost":     {nil, "press.state: file does not exist"},
		"damaged":  {state[:len(state)-1], "press.state: damaged"},
		"no state": {[]byte("{}"), "press.state: not a file that a passphrase opens"},
	} {
		require.NoError(t, os.Remove(press+".state"))
		if c.state != nil {
			require.NoError(t, os.WriteFile(press+".state", c.state, 0o600))
		}
		_, _, err = a.openWitness(press + ".key")
		require.ErrorContains(t, err, c.fault, name)
		require.NoError(t, os.WriteFile(press+".state", state, 0o600))
	}
	require.NoError(t, os.Remove(press+".state"))
	require.NoError(t, os.Rename(other+".key", press+".state"))
	_, _, err = a.openWitness(press + ".key")
	require.ErrorContains(t, err, "not a witness's state")
	_, _, err = a.openWitness(filepath.Join(dir, "none.key"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// session runs commands in this process, in a folder of its own.
type session struct {
	*testing.T
	dir string
}

func newSession(t *testing.T) *session {
	s := &session{t, t.TempDir()}
	require.NoError(t, os.WriteFile(s.path("pass"), []byte("correct horse\n"), 0o600))
	t.Setenv(secret.PassphraseFile, s.path("pass"))
	return s
}

func (s *session) path(name string) string { return filepath.Join(s.dir, name) }

// veche runs a command whose words that begin with @ are files of the folder.
func (s *session) veche(words string) {
	var out, stderr bytes.Buffer
	args := strings.Fields(strings.ReplaceAll(words, "@", s.dir+"/"))
	require.Zero(s, run(s.Context(), args, &out, &stderr), "%s\n%s", words, stderr.String())
}

func TestTrusteesOpenOnceTheKeyIsPublished(t *testing.T) {
	s := newSession(t)
	s.veche("trustee init @ann @bob")
	s.veche("credential new @v1")
	s.veche("manifest new @club --title Club --contest q:Q:one-of-n:A,B --threshold 1 --trustee @ann.trustee,@bob.trustee --voter @v1.voter")
	keys := []string{s.path("bob.key"), s.path("ann.key")}
	e, err := openElection(s.path("club"))
	require.NoError(t, err)
	a := &app{keys: secret.NewKeyring(scryptWork)}
	for _, verb := range roundVerbs {
		_, _, err = a.openTrustees(e, keys)
		require.Equal(t, exitIncomplete, exitCode(err), "%v", err)
		s.veche("trustee " + verb + " @club @ann.key")
		s.veche("trustee " + verb + " @club @bob.key")
	}
	for range 2 { // ann confirmed before bob, so that its share is made here, and stored
		trustees, done, err := a.openTrustees(e, keys)
		require.NoError(t, err)
		require.Len(t, trustees, 2)
		require.Equal(t, []int{2, 1}, []int{trustees[0].Index(), trustees[1].Index()})
		done()
	}
	s.veche("trustee confirm @club @ann.key @bob.key")

	require.NoError(t, os.Remove(s.path("ann.state")))
	_, _, err = a.openTrustees(e, keys)
	require.ErrorContains(t, err, "ann.state: has not confirmed the key")
	_, _, err = a.openTrustees(e, []string{keys[0], keys[0]})
	require.ErrorContains(t, err, "named twice")
}

func TestBlameNamesTrusteesAndFiles(t *testing.T) {
	t.Parallel()
	r := &rounds{
		election: &election{manifest: &ballot.Manifest{Trustees: []ballot.Party{{ID: "ann"}, {ID: "bob"}}}},
		attempt:  4, paths: map[string]string{"round2bob": "club.board/round2.bob.txt"},
	}
	guilty := &threshold.BlameError{Fault: threshold.Guilty, Trustees: []int{1, 2}, Reason: "round 2: shares"}
	err := r.blame(2, guilty)
	require.Equal(t, exitFailed, exitCode(err))
	require.ErrorIs(t, err, guilty)
	require.EqualError(t, err, "ann, bob (club.board/round2.bob.txt): guilty: round 2: shares: this attempt is void: "+
		"start again with veche trustee join --attempt 5, or hold another election without them")
	err = r.blame(anyRound, &threshold.BlameError{Fault: threshold.Silent, Trustees: []int{2}, Reason: "round 3"})
	require.EqualError(t, err, "bob: silent: round 3: ask for the message again")
	require.Equal(t, io.EOF, r.blame(2, io.EOF))
}

func TestErrorsKeepTheInnermostExitCode(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{
		exitUnusable:   io.EOF,
		exitFailed:     fmt.Errorf("club: %w", failed(io.EOF)),
		exitIncomplete: failed(fmt.Errorf("club: %w", incomplete("round %d", 1))),
	} {
		require.Equal(t, want, exitCode(err))
	}
}

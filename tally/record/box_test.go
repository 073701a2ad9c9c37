package record

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/proofs"
)

var noon = time.Unix(1_716_638_400, 0)

// boxFixture is a box that is open for three voters.
type boxFixture struct {
	*Box
	dir    string
	key    *proofs.SigningKey
	voters []*ballot.Credential
}

func newManifest(t *testing.T, boxKey *proofs.SigningKey, trustee proofs.VerifyKey, roll *ballot.Roll) *ballot.Manifest {
	b, err := json.Marshal(ballot.Manifest{
		Version: ballot.Version, ID: "box", Title: "Box", Width: 2, Threshold: 1,
		Trustees: []ballot.Party{{ID: "ann", Name: "Ann", Key: trustee.String()}},
		Box:      BoxParty(boxKey, origin),
		Roll:     ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: roll.Len()},
		Contests: []*ballot.Contest{{ID: "q", Title: "Q", Rule: ballot.Rule{Type: ballot.OneOfN},
			Options: []ballot.Option{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}}}},
	})
	require.NoError(t, err)
	m, err := ballot.ParseManifest(b)
	require.NoError(t, err)
	return m
}

func newBoxFixture(t *testing.T) *boxFixture {
	f := &boxFixture{key: proofs.GenerateSigningKey(), dir: filepath.Join(t.TempDir(), "record")}
	var entries []ballot.Voter
	for range 3 {
		c := ballot.GenerateCredential()
		f.voters = append(f.voters, c)
		entries = append(entries, ballot.Voter{Key: c.Key(), Weight: 1})
	}
	roll, err := ballot.NewRoll(entries)
	require.NoError(t, err)
	id := proofs.GenerateSigningKey()
	m := newManifest(t, f.key, id.Public(), roll)
	w, err := Create(f.dir, m, roll)
	require.NoError(t, err)
	_, rounds, err := Parameters(m, 1).RunLocally([]*proofs.SigningKey{id})
	require.NoError(t, err)
	_, err = NewBox(w, roll, f.key, noon)
	require.ErrorContains(t, err, "out of order")
	_, err = w.Ceremony(&Ceremony{Attempt: 1, Rounds: *rounds})
	require.NoError(t, err)
	_, err = NewBox(w, roll, proofs.GenerateSigningKey(), noon)
	require.ErrorContains(t, err, "not the box's key")
	f.Box, err = NewBox(w, roll, f.key, noon)
	require.NoError(t, err)
	return f
}

func (f *boxFixture) draft(t *testing.T, voter int, sequence uint64) (*ballot.Draft, []byte) {
	h := ballot.Header{Credential: f.voters[voter].Key(), Sequence: sequence}
	d, err := f.election.Build(h, ballot.Choices{"q": {Selected: []string{"yes"}}}, ballot.GenerateSeed())
	require.NoError(t, err)
	q, err := d.Request(f.voters[voter])
	require.NoError(t, err)
	return d, q
}

// logged returns the kinds of the entries from the opening on that are on disk.
func (f *boxFixture) logged(t *testing.T) []box.Kind {
	return kinds(entries(t, os.DirFS(f.dir), f.election.Manifest))[2:]
}

func TestBoxAcknowledgesWhatIsOnDisk(t *testing.T) {
	t.Parallel()
	f := newBoxFixture(t)
	d, q := f.draft(t, 0, 1)
	promises, errs := f.Promise([][]byte{q}, noon)
	require.NoError(t, errs[0])
	require.NoError(t, d.CheckPromise(promises[0]))
	require.Equal(t, []box.Kind{box.Opening, box.Promise}, f.logged(t))
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	require.NoError(t, f.Cast(context.Background(), [][]byte{signed})[0])
	require.Equal(t, []box.Kind{box.Opening, box.Promise, box.Ballot}, f.logged(t))
	require.ErrorIs(t, f.Cast(context.Background(), [][]byte{signed})[0], ballot.ErrDuplicate)
	require.Len(t, f.logged(t), 3)
}

func TestBoxRepeatsAPromiseAndNoOther(t *testing.T) {
	t.Parallel()
	f := newBoxFixture(t)
	_, q := f.draft(t, 0, 1)
	first, errs := f.Promise([][]byte{q, q}, noon)
	require.NoError(t, errs[0])
	require.NoError(t, errs[1])
	require.Equal(t, first[0], first[1])
	again, errs := f.Promise([][]byte{q}, noon.Add(time.Hour))
	require.NoError(t, errs[0])
	require.Equal(t, first[0], again[0])
	forged := bytes.Clone(q)
	key := f.voters[1].Key()
	copy(forged[33:], key[:])
	_, errs = f.Promise([][]byte{forged, q[1:], nil}, noon)
	for _, err := range errs {
		require.Error(t, err)
	}
	stranger := ballot.GenerateCredential()
	d, err := f.election.Build(ballot.Header{Credential: stranger.Key(), Sequence: 1},
		ballot.Choices{"q": {Selected: []string{"no"}}}, ballot.GenerateSeed())
	require.NoError(t, err)
	request, err := d.Request(stranger)
	require.NoError(t, err)
	_, errs = f.Promise([][]byte{request}, noon)
	require.ErrorContains(t, errs[0], "not on the roll")
	_, late := f.draft(t, 1, 1)
	_, errs = f.Promise([][]byte{late}, time.Unix(-1, 0))
	require.ErrorContains(t, errs[0], "before 1970")
	require.Equal(t, []box.Kind{box.Opening, box.Promise}, f.logged(t))
}

func TestBoxRefusesToCastWhatWasChallenged(t *testing.T) {
	t.Parallel()
	f := newBoxFixture(t)
	d, q := f.draft(t, 1, 1)
	body := d.Body()
	o, err := d.Open()
	require.NoError(t, err)
	require.ErrorContains(t, f.Challenge(o.Bytes()), "not promised")
	_, errs := f.Promise([][]byte{q}, noon)
	require.NoError(t, errs[0])
	require.Error(t, f.Challenge(o.Bytes()[1:]))
	require.NoError(t, f.Challenge(o.Bytes()))
	require.ErrorContains(t, f.Challenge(o.Bytes()), "challenged before")
	key, err := proofs.ParseSigningKey(f.voters[1].Bytes())
	require.NoError(t, err)
	code := o.Code
	signed := append(body, key.Sign("ballot-signature", f.election.Fingerprint, code[:])...)
	require.ErrorContains(t, f.Cast(context.Background(), [][]byte{signed})[0], "challenged before")
	require.Equal(t, []box.Kind{box.Opening, box.Promise, box.Challenge}, f.logged(t))
}

func TestBoxConcurrently(t *testing.T) {
	t.Parallel()
	f := newBoxFixture(t)
	var wg sync.WaitGroup
	for voter := range f.voters {
		for sequence := uint64(1); sequence <= 3; sequence++ {
			d, q := f.draft(t, voter, sequence)
			signed, err := d.Sign(f.voters[voter])
			require.NoError(t, err)
			wg.Go(func() {
				f.Promise([][]byte{q}, noon)
				f.Cast(context.Background(), [][]byte{signed, signed[:9], signed})
			})
		}
	}
	wg.Wait()
	ballots := 0
	for _, k := range f.logged(t) {
		if k == box.Ballot {
			ballots++
		}
	}
	require.Equal(t, 9, ballots)
}

func TestBoxIsClosedForEver(t *testing.T) {
	t.Parallel()
	f := newBoxFixture(t)
	d, q := f.draft(t, 0, 1)
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	_, err = f.Close(noon)
	require.NoError(t, err)
	_, err = f.Close(noon)
	require.ErrorContains(t, err, "out of order")
	require.ErrorContains(t, f.Cast(context.Background(), [][]byte{signed})[0], "out of order")
	_, errs := f.Promise([][]byte{q}, noon)
	require.ErrorContains(t, errs[0], "out of order")
	require.Equal(t, []box.Kind{box.Opening, box.Closing}, f.logged(t))
}

// Signing is the costly part, and anybody can ask: only who is on the roll, and has no
// promise yet, has one signed.
func TestBoxSignsOnlyWhatItMayPromise(t *testing.T) {
	t.Parallel()
	f := newBoxFixture(t)
	never := time.Unix(-1, 0) // at which nothing can be signed
	_, q := f.draft(t, 0, 1)
	first, errs := f.Promise([][]byte{q}, noon)
	require.NoError(t, errs[0])
	stranger := ballot.GenerateCredential()
	d, err := f.election.Build(ballot.Header{Credential: stranger.Key(), Sequence: 1},
		ballot.Choices{"q": {Selected: []string{"no"}}}, ballot.GenerateSeed())
	require.NoError(t, err)
	strange, err := d.Request(stranger)
	require.NoError(t, err)
	_, second := f.draft(t, 1, 1)
	promises, errs := f.Promise([][]byte{q, strange, second, nil}, never)
	require.NoError(t, errs[0])
	require.Equal(t, first[0], promises[0])
	require.ErrorContains(t, errs[1], "not on the roll")
	require.ErrorContains(t, errs[2], "before 1970")
	require.Error(t, errs[3])
	require.Equal(t, []box.Kind{box.Opening, box.Promise}, f.logged(t))
}

// Nothing is written to disk for who sends again what is there; and once the disk has
// failed, nobody is told that anything is there.
func TestBoxAndTheDisk(t *testing.T) {
	t.Parallel()
	f := newBoxFixture(t)
	d, q := f.draft(t, 0, 1)
	_, errs := f.Promise([][]byte{q}, noon)
	require.NoError(t, errs[0])
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	require.NoError(t, f.Cast(context.Background(), [][]byte{signed})[0])

	breakLog(t, f.dir)
	errs = f.Cast(context.Background(), [][]byte{signed})
	require.ErrorIs(t, errs[0], ballot.ErrDuplicate)
	require.NotErrorIs(t, errs[0], syscall.ENOTDIR)
	_, errs = f.Promise([][]byte{q}, noon)
	require.NoError(t, errs[0])

	_, second := f.draft(t, 1, 1)
	for range 2 {
		promises, errs := f.Promise([][]byte{second}, noon)
		require.ErrorIs(t, errs[0], syscall.ENOTDIR)
		require.Nil(t, promises[0])
	}
	_, errs = f.Promise([][]byte{q}, noon)
	require.ErrorContains(t, errs[0], "the disk failed before")
}

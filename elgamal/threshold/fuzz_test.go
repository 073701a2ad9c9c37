package threshold

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var fuzzPlay = sync.OnceValue(func() *play { return newPlay(2, 2, 1).run(nil) })

// fuzzRound gives trustee 2 any signed body, and any message, in one round: no
// panic, and nobody else is blamed.
func fuzzRound(f *testing.F, round int) {
	good := body(fuzzPlay().rounds[round][1])
	f.Add(good)
	f.Add(good[:headerSize])
	f.Add(append(good[:len(good):len(good)], 0))
	f.Add(verdictBody(2, [32]byte{}, 1, make([]byte, 32)))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := fuzzPlay()
		rounds := p.rounds
		for _, message := range [][]byte{p.resign(2, b), b} {
			rounds[round] = [][]byte{p.rounds[round][0], message}
			_, err := p.c.Verify(&rounds)
			if bytes.Equal(b, good) && len(message) > len(b) {
				require.NoError(t, err)
				continue
			}
			var blame *BlameError
			require.ErrorAs(t, err, &blame)
			if blame.Fault != Divided { // a valid change afterwards is another view for both
				require.Equal(t, []int{2}, blame.Trustees)
			}
		}
	})
}

func FuzzRound0(f *testing.F) { fuzzRound(f, 0) }
func FuzzRound1(f *testing.F) { fuzzRound(f, 1) }
func FuzzRound2(f *testing.F) { fuzzRound(f, 2) }
func FuzzRound3(f *testing.F) { fuzzRound(f, 3) }

var fuzzList = sync.OnceValues(func() (*Decryption, []byte) {
	h := newHouse(2, 2, 2, 0)
	d := h.list("fuzz", []uint64{1, 2, 3})
	return d, h.trustees[0].mustProve(d)
})

// FuzzShare: what the bytes of a share decode to and verifies as is the share.
func FuzzShare(f *testing.F) {
	_, share := fuzzList()
	f.Add(share)
	f.Add(share[:len(share)-1])
	f.Add(make([]byte, len(share)))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, share := fuzzList()
		require.Equal(t, bytes.Equal(b, share), verify(d, 1, b) == nil)
	})
}

func FuzzQuorum(f *testing.F) {
	h := house32()
	d := h.list("fuzz quorum", []uint64{1})
	f.Add(d.sign(h.ids[0]), uint8(0))
	f.Fuzz(func(t *testing.T, signature []byte, seat uint8) {
		signatures := make([][]byte, 4)
		signatures[seat%4] = signature
		require.Error(t, d.CheckQuorum(signatures))
	})
}

// FuzzState: what decodes encodes to the same bytes.
func FuzzState(f *testing.F) {
	for _, s := range stages(f) {
		f.Add(s.encode())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if stage, _, err := decodeState(b, InMemory); err == nil {
			require.Equal(t, b, (&State{stage}).encode())
		}
	})
}

func FuzzWitness(f *testing.F) {
	for _, s := range witnessStates(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if w, err := RestoreWitness(b, InMemory); err == nil {
			require.Equal(t, b, w.encode())
		}
	})
}

func FuzzEquivocation(f *testing.F) {
	p := fuzzPlay()
	f.Add(p.rounds[0][1], p.rounds[1][1])
	f.Add(p.rounds[2][1], p.rounds[2][1])
	f.Fuzz(func(t *testing.T, a, b []byte) {
		require.Error(t, p.c.CheckEquivocation(2, a, b), "an honest trustee is framed")
	})
}

package peerbench

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"

	"veche.example/elgamal/group"
)

// input is n encoded elements and n scalars.
type input struct {
	encodings, scalars [][]byte
	hints              [][32]byte
}

func newInput(n int) input {
	var in input
	p, step := group.NewElement(), group.NewElement()
	step.ScalarBaseMult(group.RandomScalar())
	for range n {
		p.Add(p, step)
		in.encodings = append(in.encodings, p.Bytes())
		hint, err := group.DecodeHint(in.encodings[len(in.encodings)-1])
		if err != nil {
			panic(err)
		}
		in.hints = append(in.hints, hint)
		in.scalars = append(in.scalars, group.RandomScalar().Bytes())
	}
	return in
}

// ours decodes and multiplies with elgamal/group.
func (in input) ours(b *testing.B) []byte {
	points, err := group.DecodeAffines(slices.Concat(in.encodings...))
	if err != nil {
		b.Fatal(err)
	}
	scalars := make([]group.Scalar, len(in.scalars))
	for i := range scalars {
		if _, err := scalars[i].SetCanonicalBytes(in.scalars[i]); err != nil {
			b.Fatal(err)
		}
	}
	return group.VarTimeMultiScalarMult(scalars, points).Bytes()
}

// hinted does the same with hints at hand.
func (in input) hinted(b *testing.B) []byte {
	points, scalars := make([]group.Affine, len(in.encodings)), make([]group.Scalar, len(in.scalars))
	for i := range points {
		if err := points[i].SetCanonicalBytesHinted(in.encodings[i], in.hints[i][:]); err != nil {
			b.Fatal(err)
		}
		if _, err := scalars[i].SetCanonicalBytes(in.scalars[i]); err != nil {
			b.Fatal(err)
		}
	}
	return group.VarTimeMultiScalarMult(scalars, points).Bytes()
}

// theirs does the same with curve25519-voi.
func (in input) theirs(b *testing.B) []byte {
	points := make([]*curve.RistrettoPoint, len(in.encodings))
	scalars := make([]*scalar.Scalar, len(in.encodings))
	for i := range points {
		var c curve.CompressedRistretto
		if _, err := c.SetBytes(in.encodings[i]); err != nil {
			b.Fatal(err)
		}
		points[i] = curve.NewRistrettoPoint()
		if _, err := points[i].SetCompressed(&c); err != nil {
			b.Fatal(err)
		}
		var err error
		if scalars[i], err = scalar.NewFromCanonicalBytes(in.scalars[i]); err != nil {
			b.Fatal(err)
		}
	}
	p := curve.NewRistrettoPoint().MultiscalarMulVartime(scalars, points)
	encoded, err := p.MarshalBinary()
	if err != nil {
		b.Fatal(err)
	}
	return encoded
}

// BenchmarkPeer decodes n elements and takes one multi-scalar multiplication,
// alternating between the two; each one's fastest round counts. Theirs uses one
// core: compare with -cpu 1.
func BenchmarkPeer(b *testing.B) {
	for _, n := range []int{1024, 16384, 131072} {
		in := newInput(n)
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			const never = time.Duration(math.MaxInt64)
			ours, theirs, hinted := never, never, never
			for range b.N {
				start := time.Now()
				got := in.ours(b)
				middle := time.Now()
				want := in.theirs(b)
				ours, theirs = min(ours, middle.Sub(start)), min(theirs, time.Since(middle))
				start = time.Now()
				fast := in.hinted(b)
				hinted = min(hinted, time.Since(start))
				if string(got) != string(want) || string(fast) != string(want) {
					b.Fatal("the two implementations disagree")
				}
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(n), "ours-ns/element")
			b.ReportMetric(float64(theirs.Nanoseconds())/float64(n), "theirs-ns/element")
			b.ReportMetric(float64(ours)/float64(theirs), "ours/theirs")
			b.ReportMetric(float64(hinted)/float64(theirs), "hinted/theirs")
			b.ReportMetric(0, "ns/op")
		})
	}
}

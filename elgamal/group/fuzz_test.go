package group

import (
	"bytes"
	"testing"

	"github.com/gtank/ristretto255"
)

func addSeeds(f *testing.F) {
	for _, s := range generatorMultiples {
		f.Add(unhex(f, s))
	}
	for _, encodings := range badEncodings {
		for _, s := range encodings {
			f.Add(unhex(f, s))
		}
	}
}

func FuzzElementDecode(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		var p Element
		var a Affine
		_, err := p.SetCanonicalBytes(b)
		want := ristretto255.NewElement().Decode(b)
		if (err == nil) != (want == nil) || (a.SetCanonicalBytes(b) == nil) != (want == nil) {
			t.Fatalf("we say %v, the other implementation %v", err, want)
		}
		if err == nil && (!bytes.Equal(p.Bytes(), b) || !bytes.Equal(a.Element().Bytes(), b)) {
			t.Fatal("an encoding that is not canonical decoded")
		}
		list, err := DecodeAffines(append(Generator().Bytes(), b...))
		if (err == nil) != (want == nil || len(b) == 0) && len(b) <= 32 {
			t.Fatalf("in a list we say %v, alone %v", err, want)
		}
		if err == nil && len(b) == 32 && !bytes.Equal(list[1].Element().Bytes(), b) {
			t.Fatal("in a list the element differs")
		}
	})
}

func FuzzScalarDecode(f *testing.F) {
	for _, s := range edgeScalars() {
		f.Add(s.Bytes())
	}
	f.Add(repeat(0xff, 32))
	f.Add(repeat(0, 33))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := NewScalar().SetCanonicalBytes(b)
		want := len(b) == 32 && bytes.Equal(NewScalar().SetWideBytes(b).Bytes(), b)
		if (err == nil) != want {
			t.Fatalf("%x: %v", b, err)
		}
		if err == nil && !bytes.Equal(s.Bytes(), b) {
			t.Fatalf("%x became %x", b, s.Bytes())
		}
	})
}

func FuzzHint(f *testing.F) {
	for _, s := range generatorMultiples {
		hint, err := DecodeHint(unhex(f, s))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(unhex(f, s), hint[:])
		f.Add(unhex(f, s), hint[1:])
		f.Add(unhex(f, s), unhex(f, s))
	}
	for _, encodings := range badEncodings {
		for _, s := range encodings {
			f.Add(unhex(f, s), rootOf(unhex(f, s)))
		}
	}
	f.Fuzz(func(t *testing.T, b, hint []byte) { requireSameVerdict(t, b, hint) })
}

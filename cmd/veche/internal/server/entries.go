package server

import (
	"errors"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
	"veche.example/tally/record"
)

// preamble returns the bodies of the first entries, without the opening's, which has a time.
func preamble(m *ballot.Manifest, roll *ballot.Roll, ceremony []byte) map[box.Kind][]byte {
	return map[box.Kind][]byte{box.Manifest: record.ManifestEntry(m, roll), box.Ceremony: record.CeremonyEntry(ceremony)}
}

// checkClosing reads and verifies the closing that follows the entries of a tree.
func checkClosing(e *ballot.Election, body []byte, tree *record.Tree) (*record.Closing, error) {
	c, err := record.ParseClosing(body)
	if err != nil {
		return nil, err
	}
	if c.Size != tree.Size() || c.Root != tree.Root() {
		return nil, errors.New("closing: of another log than the entries before it")
	}
	return c, c.Verify(e)
}

// outline is what a signed ballot says before anything of it is decoded.
type outline struct {
	style      int
	credential proofs.VerifyKey
	code       ballot.Code
}

// readOutline costs two hashes and no operation of the group.
func readOutline(e *ballot.Election, signed []byte) (*outline, error) {
	r, o := wire.NewReader("ballot", signed), new(outline)
	if v := r.Uint8(); v != 1 {
		r.Fail("version %d, must be 1", v)
	}
	if o.style = int(r.Uint16()); o.style >= len(e.Manifest.Styles) {
		r.Fail("style %d, the manifest has %d", o.style, len(e.Manifest.Styles))
	} else if want := e.BallotSize(o.style); len(signed) != want {
		r.Fail("%d bytes, a ballot of style %d has %d", len(signed), o.style, want)
	}
	copy(o.credential[:], r.Fixed(32))
	r.Fixed(r.Len())
	if err := r.Close(); err != nil {
		return nil, err
	}
	body := signed[:len(signed)-proofs.SignatureSize]
	o.code = transcript.Hash("tracking-code", e.Fingerprint[:], body) // B2
	return o, nil
}

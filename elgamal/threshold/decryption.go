package threshold

import (
	"fmt"
	"sync"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

const maxContest = 1024

// Decryption is the statement that one list of ciphertexts is decrypted: the
// aggregate of a contest, or its mixed ballots. Its fields must not change once
// a method was called.
type Decryption struct {
	// Keys is the result of the ceremony.
	Keys *Keys
	// Fingerprint is the election's.
	Fingerprint [32]byte
	// Closing is the hash of the signed checkpoint that closed the ballot box.
	Closing [32]byte
	// Contest is the identifier of the contest, 1 to 1024 bytes.
	Contest string
	// Ciphertexts are at least one, each with at least one position; none may
	// be all identities: a contest without ballots has result 0 and no decryption.
	Ciphertexts []*elgamal.Ciphertext

	once sync.Once
	list list
	err  error
}

// list is what the ciphertexts of a Decryption come to, encoded once.
type list struct {
	digest [32]byte
	a      []byte // all A, encoded
	blocks []group.Affine
	first  []int // first position of every block, and P
	pairs  []pair
}

// pair is one position: its block in the list and its key, both from 0.
type pair struct{ block, key int }

// Check returns an error if d is no list that may be decrypted.
func (d *Decryption) Check() error {
	_, err := d.prepare()
	return err
}

// ListDigest returns the digest of the list and of where it belongs: T1. It
// panics if Check returns an error.
func (d *Decryption) ListDigest() [32]byte {
	return d.mustPrepare().digest
}

func (d *Decryption) mustPrepare() *list {
	l, err := d.prepare()
	if err != nil {
		panic("threshold: " + err.Error())
	}
	return l
}

func (d *Decryption) prepare() (*list, error) {
	d.once.Do(func() {
		if d.err = d.checkShape(); d.err == nil {
			d.list = d.encode()
			d.err = d.checkEmpty()
		}
	})
	return &d.list, d.err
}

func (d *Decryption) checkShape() error {
	switch {
	case d.Keys == nil:
		return fmt.Errorf("decryption: no keys")
	case len(d.Contest) < 1 || len(d.Contest) > maxContest:
		return fmt.Errorf("decryption: contest identifier of %d bytes, must be 1 to %d", len(d.Contest), maxContest)
	case len(d.Ciphertexts) == 0:
		return fmt.Errorf("decryption of contest %q: the list is empty: its result needs no decryption", d.Contest)
	}
	for e, c := range d.Ciphertexts {
		if c == nil || len(c.B) == 0 || len(c.A) != elgamal.Blocks(len(c.B), d.Keys.Election.Width()) {
			return fmt.Errorf("decryption of contest %q: ciphertext %d has no blocks of width %d", d.Contest, e+1, d.Keys.Election.Width())
		}
	}
	return nil
}

// checkEmpty refuses neutral ciphertexts: one that no ballot was added to.
func (d *Decryption) checkEmpty() error {
	for e, c := range d.Ciphertexts {
		if c.IsNeutral() {
			return fmt.Errorf("decryption of contest %q: ciphertext %d is empty: no ballot is in it and its result is 0", d.Contest, e+1)
		}
	}
	return nil
}

// encode computes the list and its digest: T1.
func (d *Decryption) encode() list {
	var l list
	var a, b []group.Element
	width := d.Keys.Election.Width()
	shape := wire.AppendUint16(nil, uint16(width))
	for _, c := range d.Ciphertexts {
		shape = wire.AppendUint32(shape, uint32(len(c.B)))
		for i := range c.B {
			if i%width == 0 {
				l.first = append(l.first, len(l.pairs))
			}
			l.pairs = append(l.pairs, pair{len(a) + i/width, i % width})
		}
		a, b = append(a, c.A...), append(b, c.B...)
	}
	l.first = append(l.first, len(l.pairs))
	l.a = encodeAll(a)
	l.blocks = group.Affines(a)
	l.digest = transcript.Hash("decryption-list", d.Fingerprint[:], d.Closing[:], []byte(d.Contest), shape, l.a, encodeAll(b)) // T1
	return l
}

// encodeAll returns the encodings of the points, computed on all cores.
func encodeAll(points []group.Element) []byte {
	out := make([]byte, len(points)*elementSize)
	parallel.For(len(points), 64, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(out[i*elementSize:], points[i].Bytes())
		}
	})
	return out
}

const signatureProtocol = "decryption-list-signature"

// statement returns what a quorum signs: T2.
func (d *Decryption) statement() []byte {
	l := d.mustPrepare()
	b := wire.AppendVector(append([]byte(nil), d.Closing[:]...), []byte(d.Contest))
	return append(b, l.digest[:]...)
}

// sign returns the signature of id on the list: T2. Trustee.Sign and Witness.Sign
// see to it that nobody signs two lists.
func (d *Decryption) sign(id *proofs.SigningKey) []byte {
	return id.Sign(signatureProtocol, d.Fingerprint, d.statement())
}

// VerifySignature checks one signer's signature on the list: T2. It panics if
// Check returns an error.
func (d *Decryption) VerifySignature(signer proofs.VerifyKey, signature []byte) error {
	return signer.Verify(signatureProtocol, d.Fingerprint, d.statement(), signature) // T2
}

// Quorum returns how many of n trustees and w witnesses must sign a list before
// trustees with threshold t decrypt it: ⌈(n+w+t)/2⌉, so that any two quorums
// share at least t signers: T3.
func Quorum(n, t, witnesses int) int { return (n + witnesses + t + 1) / 2 }

// CheckQuorum returns nil if enough of the ceremony's trustees and witnesses signed
// the list: T2, T3. signatures[i] is that of Keys.Signers()[i]; nil or wrong ones
// do not count.
func (d *Decryption) CheckQuorum(signatures [][]byte) error {
	if err := d.Check(); err != nil {
		return err
	}
	signers, n := d.Keys.Signers(), d.Keys.Trustees()
	if len(signatures) != len(signers) {
		return fmt.Errorf("quorum: %d signatures given, must be %d, those of %d trustees and then of %d witnesses, nil where there is none",
			len(signatures), len(signers), n, len(signers)-n)
	}
	valid := 0
	for i, s := range signatures {
		if s != nil && d.VerifySignature(signers[i], s) == nil {
			valid++
		}
	}
	if need := Quorum(n, d.Keys.Threshold(), len(signers)-n); valid < need { // T3
		return fmt.Errorf("quorum: %d valid signatures on the list of contest %q, %d needed", valid, d.Contest, need)
	}
	return nil
}

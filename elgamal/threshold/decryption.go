package threshold

import (
	"fmt"
	"sync"

	"veche.example/elgamal/group"
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
	// Widths is the shape of every ciphertext: block β has Widths[β] positions,
	// under the keys 1, 2, … Widths[β], at most as many as there are.
	Widths []int
	// Encoded is at least one ciphertext, one after the other: the A of every
	// block, then the B's of block 1, of block 2, …, 32 bytes each. None may be all
	// identities: a contest without ballots has result 0 and no decryption.
	Encoded []byte
	// Points is Encoded, decoded. It is not decoded again to compare; shares of a
	// list whose points are others do not verify.
	Points []group.Affine

	once sync.Once
	list list
	err  error
}

// list is what the fields of a Decryption come to, computed once.
type list struct {
	digest [32]byte
	rows   int   // ciphertexts
	size   int   // elements of a ciphertext
	first  []int // where in a ciphertext's positions every block begins, from 0, and their number
}

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
			d.err = d.checkNeutral()
		}
		if d.err == nil {
			d.list = d.newList()
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
	case len(d.Widths) == 0:
		return fmt.Errorf("decryption of contest %q: ciphertexts without blocks", d.Contest)
	case len(d.Encoded) == 0:
		return fmt.Errorf("decryption of contest %q: the list is empty: its result needs no decryption", d.Contest)
	}
	for β, w := range d.Widths {
		if w < 1 || w > d.Keys.Election.Width() {
			return fmt.Errorf("decryption of contest %q: block %d has %d positions, must be 1 to %d", d.Contest, β+1, w, d.Keys.Election.Width())
		}
	}
	if size := elementSize * d.size(); len(d.Encoded)%size != 0 || len(d.Encoded) != elementSize*len(d.Points) {
		return fmt.Errorf("decryption of contest %q: list of %d bytes and %d points, must be %d bytes for every ciphertext, and a point for every %d",
			d.Contest, len(d.Encoded), len(d.Points), size, elementSize)
	}
	return nil
}

// size returns the number of elements of a ciphertext.
func (d *Decryption) size() int {
	size := len(d.Widths)
	for _, w := range d.Widths {
		size += w
	}
	return size
}

// checkNeutral refuses neutral ciphertexts: sums that no ballot was added to.
func (d *Decryption) checkNeutral() error {
	for size, e := d.size(), 0; e < len(d.Points); e += size {
		if isNeutral(d.Points[e : e+size]) {
			return fmt.Errorf("decryption of contest %q: ciphertext %d is empty: no ballot is in it and its result is 0", d.Contest, e/size+1)
		}
	}
	return nil
}

func isNeutral(points []group.Affine) bool {
	for i := range points {
		if !points[i].IsIdentity() {
			return false
		}
	}
	return true
}

// newList lays the list out and hashes it: T1.
func (d *Decryption) newList() list {
	l := list{size: d.size(), first: []int{0}}
	l.rows = len(d.Points) / l.size
	shape := wire.AppendUint16(nil, uint16(d.Keys.Election.Width()))
	for β, w := range d.Widths {
		shape = wire.AppendUint16(shape, uint16(w))
		l.first = append(l.first, l.first[β]+w)
	}
	l.digest = transcript.Hash("decryption-list", d.Fingerprint[:], d.Closing[:], []byte(d.Contest), shape, d.Encoded) // T1
	return l
}

// blocks returns the number of blocks of a ciphertext.
func (l *list) blocks() int { return len(l.first) - 1 }

// width returns the number of positions of a ciphertext.
func (l *list) width() int { return l.first[l.blocks()] }

// positions returns P, those of the whole list.
func (l *list) positions() int { return l.rows * l.width() }

// a returns where in Points block β of ciphertext e has its A, all from 0.
func (l *list) a(e, β int) int { return e*l.size + β }

// b returns where in Points position i of ciphertext e has its B, all from 0.
func (l *list) b(e, i int) int { return e*l.size + l.blocks() + i }

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

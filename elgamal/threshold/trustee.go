package threshold

import (
	"context"
	"errors"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// Trustee holds one trustee's secret share and remembers every list that it
// signed or decrypted. It may be used concurrently.
type Trustee struct {
	signer
	index  int
	keys   *Keys
	secret []group.Scalar // x_{j,1} … x_{j,W}
}

// Index returns the trustee's index, 1..n.
func (t *Trustee) Index() int { return t.index }

// Keys returns the public result of the ceremony.
func (t *Trustee) Keys() *Keys { return t.keys }

// check returns an error unless x_{j,l} G = Y_{j,l} for every l: K14.
func (t *Trustee) check() error {
	for l, y := range t.keys.verification[t.index-1] {
		if !new(group.Element).ScalarBaseMult(&t.secret[l]).Equal(&y) { // K14
			return errors.New("threshold: the secret share is not that of the verification key")
		}
	}
	return nil
}

// Sign returns the trustee's signature on the list, 64 bytes, for the quorum.
// The trustee must have verified everything up to this list. It remembers the list
// first, and refuses for ever every other list of the same contest and every list
// of another election or closing.
func (t *Trustee) Sign(d *Decryption) ([]byte, error) {
	if err := t.checkKeys(d); err != nil {
		return nil, err
	}
	if err := t.remember(d, t.state); err != nil {
		return nil, err
	}
	return d.sign(t.identity), nil
}

// Decrypt returns the trustee's decryption share of the list, ShareSize bytes. A
// share is an oracle, so it comes only if a quorum of the ceremony's trustees and
// witnesses signed this list (see CheckQuorum), and never for a list that Sign
// refuses. The list is remembered before the share leaves. A long list takes
// seconds: ctx stops the work, and progress, which may be nil, is told of how many
// of the ciphertexts the factors are made. Constant time in the secret. Implements
// T2 to T8 of docs/spec/decryption.md.
func (t *Trustee) Decrypt(ctx context.Context, d *Decryption, signatures [][]byte, progress func(done, total int)) ([]byte, error) {
	if err := t.checkKeys(d); err != nil {
		return nil, err
	}
	if err := d.CheckQuorum(signatures); err != nil {
		return nil, err
	}
	if err := t.remember(d, t.state); err != nil {
		return nil, err
	}
	factors, err := d.factors(ctx, t.secret, progress)
	if err != nil {
		return nil, err
	}
	return d.prove(ctx, t.index, t.secret, factors, t.nonces)
}

// nonces draws t_1 … t_W of a share.
func (t *Trustee) nonces(p *transcript.Prover) []group.Scalar {
	from := p.Nonces(appendScalars(nil, t.secret), "decryption")
	nonces := make([]group.Scalar, len(t.secret))
	for l := range nonces {
		nonces[l].Set(from.Scalar())
	}
	return nonces
}

// checkKeys returns an error unless d is under this trustee's keys: then it has
// the same signers, which the digest covers.
func (t *Trustee) checkKeys(d *Decryption) error {
	if err := d.Check(); err != nil {
		return err
	}
	if d.Keys.Digest() != t.keys.Digest() {
		return errors.New("threshold: the list is under the keys of another ceremony")
	}
	return nil
}

// state returns what is stored of t with another memory.
func (t *Trustee) state(m memory) *State {
	return &State{&Trustee{signer: signer{identity: t.identity, memory: m}, index: t.index, keys: t.keys, secret: t.secret}}
}

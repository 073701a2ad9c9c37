package threshold

import (
	"errors"
	"fmt"
	"sync"

	"veche.example/elgamal/group"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// Trustee holds one trustee's secret share and remembers every list that it
// signed or decrypted. It may be used concurrently.
type Trustee struct {
	index    int
	identity *proofs.SigningKey
	keys     *Keys
	secret   []group.Scalar // x_{j,1} … x_{j,W}
	store    Store

	mu     sync.Mutex
	memory []remembered
}

// remembered is the one list of a contest that a trustee signed or decrypted.
type remembered struct {
	fingerprint [32]byte
	contest     string
	list        [32]byte
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
// The trustee must have verified everything up to this list. It remembers the
// list first and refuses every other list of the same contest for ever.
func (t *Trustee) Sign(d *Decryption) ([]byte, error) {
	if err := t.remember(d); err != nil {
		return nil, err
	}
	return d.Sign(t.identity), nil
}

// Decrypt returns the trustee's decryption share of the list, ShareSize bytes. A
// share is an oracle, so it comes only if a quorum of signers (the trustees in
// order, then the manifest's witnesses) signed this list (signatures[i] is that
// of signers[i], nil if there is none), and never for a second list of one
// contest. The list is remembered before the share leaves. Constant time in the
// secret. Implements T2 to T8 of docs/spec/decryption.md.
func (t *Trustee) Decrypt(d *Decryption, signers []proofs.VerifyKey, signatures [][]byte) ([]byte, error) {
	if err := d.CheckQuorum(signers, signatures); err != nil {
		return nil, err
	}
	if err := t.remember(d); err != nil {
		return nil, err
	}
	return d.prove(t.index, t.secret, func(p *transcript.Prover) []group.Scalar {
		from := p.Nonces(appendScalars(nil, t.secret), "decryption")
		nonces := make([]group.Scalar, len(t.secret))
		for l := range nonces {
			nonces[l].Set(from.Scalar())
		}
		return nonces
	}), nil
}

// recall returns the list remembered for a contest, or nil.
func (t *Trustee) recall(fingerprint [32]byte, contest string) *remembered {
	for i := range t.memory {
		if t.memory[i].fingerprint == fingerprint && t.memory[i].contest == contest {
			return &t.memory[i]
		}
	}
	return nil
}

// remember stores d as the one list of its contest, or refuses it.
func (t *Trustee) remember(d *Decryption) error {
	if err := d.Check(); err != nil {
		return err
	}
	if d.Keys.Digest() != t.keys.Digest() {
		return errors.New("threshold: the list is under the keys of another ceremony")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.recall(d.Fingerprint, d.Contest); known != nil {
		if known.list != d.ListDigest() {
			return fmt.Errorf("threshold: refused: trustee %d signed or decrypted another list of contest %q", t.index, d.Contest)
		}
		return nil
	}
	if len(t.memory) >= maxLists {
		return fmt.Errorf("threshold: refused: trustee %d remembers %d lists, no more fit", t.index, maxLists)
	}
	next := &Trustee{index: t.index, identity: t.identity, keys: t.keys, secret: t.secret,
		memory: append(t.memory[:len(t.memory):len(t.memory)], remembered{d.Fingerprint, d.Contest, d.ListDigest()})}
	if err := t.store(&State{next}); err != nil {
		return fmt.Errorf("threshold: list not stored, so nothing leaves: %w", err)
	}
	t.memory = next.memory
	return nil
}

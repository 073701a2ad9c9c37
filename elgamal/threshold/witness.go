package threshold

import (
	"errors"
	"fmt"
	"slices"

	"veche.example/internal/wire"
	"veche.example/proofs"
)

const witnessTag = "veche/v1/witness-state"

// Witness holds one witness's identity key and remembers every list that it
// signed. A corrupt witness counts as much as a corrupt trustee for there being
// one list of every contest. It may be used concurrently.
type Witness struct{ signer }

// NewWitness returns the witness with this identity key, which has signed nothing
// yet and serves one election. It is stored at once, and again before every
// signature. After a restart RestoreWitness brings it back; a new one for the same
// key would have forgotten what it signed.
func NewWitness(id *proofs.SigningKey, store Store) (*Witness, error) {
	w := &Witness{signer{identity: id, store: store}}
	if err := store(&State{w}); err != nil {
		return nil, fmt.Errorf("threshold: witness not stored: %w", err)
	}
	return w, nil
}

// Sign returns the witness's signature on the list, 64 bytes, for the quorum. The
// witness must have verified everything up to this list. It remembers the list
// first, and refuses for ever every other list of the same contest and every list
// of another election or closing.
func (w *Witness) Sign(d *Decryption) ([]byte, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if !slices.Contains(d.Keys.ceremony.Witnesses, w.identity.Public()) {
		return nil, errors.New("threshold: the ceremony of this list has another set of witnesses, without this one")
	}
	if err := w.remember(d, w.state); err != nil {
		return nil, err
	}
	return d.sign(w.identity), nil
}

// state returns what is stored of w with another memory.
func (w *Witness) state(m memory) *State {
	return &State{&Witness{signer{identity: w.identity, memory: m}}}
}

// RestoreWitness brings a witness back from the state that was stored last. Only
// the newest state may be restored, and only once at a time.
func RestoreWitness(state []byte, store Store) (*Witness, error) {
	r := wire.NewReader("witness's state", state)
	if tag := r.Fixed(len(witnessTag)); string(tag) != witnessTag {
		r.Fail("not a witness's state")
	}
	secret := r.Fixed(scalarSize)
	w := &Witness{signer{store: store}}
	w.memory.decode(r)
	if err := r.Close(); err != nil {
		return nil, err
	}
	var err error
	if w.identity, err = proofs.ParseSigningKey(secret); err != nil {
		return nil, fmt.Errorf("witness's state: identity key: %w", err)
	}
	return w, nil
}

func (w *Witness) encode() []byte {
	return w.memory.append(append([]byte(witnessTag), w.identity.Bytes()...))
}

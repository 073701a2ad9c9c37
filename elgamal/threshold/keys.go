package threshold

import (
	"slices"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// Keys is the public result of a ceremony. It is immutable.
type Keys struct {
	// Election is the key that voters encrypt to.
	Election *elgamal.PublicKey

	ceremony     *Ceremony
	digest       [32]byte
	verification [][]group.Element // Y_{j,l}
	affine       [][]group.Affine
}

// Trustees returns n, the number of trustees.
func (k *Keys) Trustees() int { return len(k.ceremony.Trustees) }

// Threshold returns t, how many trustees it takes to decrypt.
func (k *Keys) Threshold() int { return k.ceremony.Threshold }

// Witnesses returns the identity keys of the witnesses.
func (k *Keys) Witnesses() []proofs.VerifyKey { return slices.Clone(k.ceremony.Witnesses) }

// Signers returns the identity keys of everybody whose signature counts for a
// quorum: the trustees in order, then the witnesses.
func (k *Keys) Signers() []proofs.VerifyKey { return k.ceremony.signers() }

// Digest returns the digest of the ceremony that every trustee signed: K10. It
// covers who the trustees and witnesses are and all messages of rounds 0 to 2.
func (k *Keys) Digest() [32]byte { return k.digest }

// Verification returns Y_{j,1} … Y_{j,W}, the public side of the secret share of
// trustee j, 1..n.
func (k *Keys) Verification(j int) []group.Element {
	y := make([]group.Element, len(k.verification[j-1]))
	for l := range y {
		y[l].Set(&k.verification[j-1][l])
	}
	return y
}

func newKeys(c *Ceremony, digest [32]byte, election *elgamal.PublicKey, verification [][]group.Element) *Keys {
	k := &Keys{Election: election, ceremony: c, digest: digest, verification: verification}
	for _, y := range verification {
		k.affine = append(k.affine, group.Affines(y))
	}
	return k
}

// Verify checks a whole ceremony: rounds[r][i-1] is the message of trustee i in
// round r, nil if there is none. It returns the keys, or a *BlameError that
// names whoever voids the ceremony in the first round in which somebody does, or
// another error if c or the shape of rounds is wrong. Implements the checks
// K2 to K13 of docs/spec/ceremony.md.
func (c *Ceremony) Verify(rounds *[4][][]byte) (*Keys, error) {
	r, err := newRecord(c)
	if err != nil {
		return nil, err
	}
	for _, messages := range rounds[:3] {
		if r, err = r.with(messages); err != nil {
			return nil, err
		}
	}
	return r.finish(rounds[3])
}

// finish judges round 3 and derives the keys.
func (r *record) finish(messages [][]byte) (*Keys, error) {
	v := verdict{round: "round 3"}
	bodies, err := r.openRound(&v, 3, messages)
	if err != nil {
		return nil, err
	}
	digest := r.digest()
	for j, b := range bodies {
		if b != nil {
			r.judge(&v, j+1, b, digest)
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	return r.derive(digest)
}

// derive computes the election key and the verification shares: K12, K13.
func (r *record) derive(digest [32]byte) (*Keys, error) {
	sums := make([][]group.Element, r.Width) // Σ_i A_{i,l,k}
	for l := range sums {
		sums[l] = make([]group.Element, r.Threshold)
		for k := range sums[l] {
			sums[l][k].Set(group.NewElement())
			for _, d := range r.dealings {
				sums[l][k].Add(&sums[l][k], &d.coefficients[l][k])
			}
		}
	}
	y := make([]group.Element, r.Width)
	for l := range y {
		y[l].Set(&sums[l][0]) // K12
	}
	election, err := elgamal.NewPublicKey(y)
	if err != nil {
		return nil, r.conspiracy(err)
	}
	verification := make([][]group.Element, len(r.Trustees))
	for j := range verification {
		verification[j] = make([]group.Element, r.Width)
		for l := range sums {
			verification[j][l].Set(evaluate(sums[l], j+1)) // K13
		}
	}
	return newKeys(r.Ceremony, digest, election, verification), nil
}

// conspiracy blames everybody: one honest dealer makes the sum uniform.
func (r *record) conspiracy(err error) error {
	v := verdict{round: "keys"}
	for i := range r.Trustees {
		v.add(Guilty, i+1, "all dealers together made an election key that is none: %v", err)
	}
	return v.err()
}

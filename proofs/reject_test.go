package proofs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/rejecttest"
)

// alone makes a verifier of one proof from a statement's Verify.
func alone(keys *elgamal.PublicKey, verify func(c *Claim, proof []byte) error) func([]byte) error {
	return func(proof []byte) error {
		return Check(keys, func(c *Claim) error { return verify(c, proof) })
	}
}

func publicOf(x []group.Scalar) []group.Element {
	Y := make([]group.Element, len(x))
	for l := range x {
		Y[l].ScalarBaseMult(&x[l])
	}
	return Y
}

func TestSchnorrRefuses(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 3} {
		x := randomScalars(n)
		st := Schnorr{Fingerprint: [32]byte{1}, Protocol: "schnorr-test", Context: []byte("trustee 1"), Y: publicOf(x)}
		other := func(change func(s *Schnorr)) func([]byte) error {
			s := st
			s.Y = publicOf(x)
			change(&s)
			return alone(nil, s.Verify)
		}
		rejecttest.Suite{
			Proof: st.Prove(x), Verify: alone(nil, st.Verify), Err: ErrProof,
			Others: map[string]func([]byte) error{
				"other fingerprint": other(func(s *Schnorr) { s.Fingerprint[31]++ }),
				"other protocol":    other(func(s *Schnorr) { s.Protocol += "2" }),
				"other context":     other(func(s *Schnorr) { s.Context = []byte("trustee 2") }),
				"no context":        other(func(s *Schnorr) { s.Context = nil }),
				"other key":         other(func(s *Schnorr) { s.Y[n-1].Double(&s.Y[n-1]) }),
				"identity as key":   other(func(s *Schnorr) { s.Y[0].Set(identity) }),
				"key missing":       other(func(s *Schnorr) { s.Y = s.Y[1:] }),
				"key too many":      other(func(s *Schnorr) { s.Y = append(s.Y, publicOf(x)[0]) }),
			},
		}.Run(t)
	}
}

func TestSchnorrRefusesKeysInAnotherOrder(t *testing.T) {
	t.Parallel()
	x := randomScalars(2)
	st := Schnorr{Protocol: "schnorr-test", Y: publicOf(x)}
	proof := st.Prove(x)
	swapped := Schnorr{Protocol: "schnorr-test", Y: publicOf([]group.Scalar{x[1], x[0]})}
	require.ErrorIs(t, alone(nil, swapped.Verify)(proof), ErrProof)
}

func dleqStatement(x *group.Scalar, pairs int) *DLEQ {
	st := &DLEQ{Fingerprint: [32]byte{2}, Context: []byte("ctx"), Pairs: make([]Pair, pairs)}
	st.Y.ScalarBaseMult(x)
	for k := range st.Pairs {
		st.Pairs[k].A.ScalarBaseMult(group.RandomScalar())
		st.Pairs[k].D.ScalarMult(x, &st.Pairs[k].A)
	}
	return st
}

func TestDLEQRefuses(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 9} {
		x := group.RandomScalar()
		st := dleqStatement(x, n)
		other := func(change func(s *DLEQ)) func([]byte) error {
			s := &DLEQ{Fingerprint: st.Fingerprint, Context: st.Context, Pairs: make([]Pair, n)}
			s.Y.Set(&st.Y)
			for k := range s.Pairs {
				s.Pairs[k].A.Set(&st.Pairs[k].A)
				s.Pairs[k].D.Set(&st.Pairs[k].D)
			}
			change(s)
			return alone(nil, s.Verify)
		}
		rejecttest.Suite{
			Proof: st.Prove(x), Verify: alone(nil, st.Verify), Err: ErrProof,
			Others: map[string]func([]byte) error{
				"other fingerprint":  other(func(s *DLEQ) { s.Fingerprint[0]++ }),
				"other context":      other(func(s *DLEQ) { s.Context = []byte("ctx2") }),
				"other Y":            other(func(s *DLEQ) { s.Y.Double(&s.Y) }),
				"identity as Y":      other(func(s *DLEQ) { s.Y.Set(identity) }),
				"other A":            other(func(s *DLEQ) { s.Pairs[n-1].A.Double(&s.Pairs[n-1].A) }),
				"other D":            other(func(s *DLEQ) { s.Pairs[n-1].D.Double(&s.Pairs[n-1].D) }),
				"negated pair":       other(func(s *DLEQ) { s.Pairs[0].A.Neg(&s.Pairs[0].A); s.Pairs[0].D.Neg(&s.Pairs[0].D) }),
				"identity as a pair": other(func(s *DLEQ) { s.Pairs[0].A.Set(identity); s.Pairs[0].D.Set(identity) }),
				"pair missing":       other(func(s *DLEQ) { s.Pairs = s.Pairs[1:] }),
				"pair doubled":       other(func(s *DLEQ) { s.Pairs = append(s.Pairs, s.Pairs[0]) }),
				"no pairs":           other(func(s *DLEQ) { s.Pairs = nil }),
			},
		}.Run(t)
	}
}

func TestDLEQRefusesFreshProofsOfFalseStatements(t *testing.T) {
	t.Parallel()
	x, g := group.RandomScalar(), group.Generator()
	for name, change := range map[string]func(st *DLEQ){
		"one wrong D":           func(st *DLEQ) { st.Pairs[3].D.Add(&st.Pairs[3].D, g) },
		"errors that cancel":    func(st *DLEQ) { st.Pairs[1].D.Add(&st.Pairs[1].D, g); st.Pairs[2].D.Sub(&st.Pairs[2].D, g) },
		"D of two pairs":        func(st *DLEQ) { st.Pairs[0].D.Set(&st.Pairs[1].D) },
		"D = O":                 func(st *DLEQ) { st.Pairs[0].D.Set(identity) },
		"Y of another secret":   func(st *DLEQ) { st.Y.Add(&st.Y, g) },
		"everything under −x":   func(st *DLEQ) { st.Y.Neg(&st.Y) },
		"A = O and D = O at 4":  func(st *DLEQ) { st.Pairs[4].A.Set(identity); st.Pairs[4].D.Set(identity) },
		"Y = O, all D correct ": func(st *DLEQ) { st.Y.Set(identity) },
	} {
		t.Run(name, func(t *testing.T) {
			st := dleqStatement(x, 5)
			change(st)
			require.ErrorIs(t, alone(nil, st.Verify)(st.Prove(x)), ErrProof)
		})
	}
}

// TestDLEQRefusesStatementsAboutNothing: their equations hold.
func TestDLEQRefusesStatementsAboutNothing(t *testing.T) {
	t.Parallel()
	zero, x := group.NewScalar(), group.RandomScalar()
	for name, st := range map[string]*DLEQ{"x = 0": dleqStatement(zero, 2), "no pairs": dleqStatement(x, 0)} {
		secret := map[string]*group.Scalar{"x = 0": zero, "no pairs": x}[name]
		require.ErrorIs(t, alone(nil, st.Verify)(st.Prove(secret)), ErrProof, name)
	}
}

// TestSchnorrRefusesZero: Y = O, and x = 0 is its logarithm.
func TestSchnorrRefusesZero(t *testing.T) {
	t.Parallel()
	x := []group.Scalar{*group.RandomScalar(), {}}
	st := Schnorr{Protocol: "schnorr-test", Y: publicOf(x)}
	require.ErrorIs(t, alone(nil, st.Verify)(st.Prove(x)), ErrProof)
}

func TestSignatureRefuses(t *testing.T) {
	t.Parallel()
	k, fp, msg := GenerateSigningKey(), [32]byte{3}, []byte("message")
	verify := func(protocol string, fp [32]byte, key VerifyKey, msg []byte) func([]byte) error {
		return func(sig []byte) error { return key.Verify(protocol, fp, msg, sig) }
	}
	rejecttest.Suite{
		Proof:  k.Sign("sig-test", fp, msg),
		Verify: verify("sig-test", fp, k.Public(), msg),
		Err:    ErrProof,
		Others: map[string]func([]byte) error{
			"other protocol":    verify("sig-test2", fp, k.Public(), msg),
			"other fingerprint": verify("sig-test", [32]byte{4}, k.Public(), msg),
			"other key":         verify("sig-test", fp, GenerateSigningKey().Public(), msg),
			"other message":     verify("sig-test", fp, k.Public(), []byte("messagf")),
			"longer message":    verify("sig-test", fp, k.Public(), []byte("message\x00")),
			"no message":        verify("sig-test", fp, k.Public(), nil),
		},
	}.Run(t)
}

func TestVerifyKeyRefuses(t *testing.T) {
	t.Parallel()
	good := GenerateSigningKey().Public()
	require.NoError(t, good.Check())
	odd := good
	odd[0] |= 1
	high := good
	high[31] |= 0x80
	for name, key := range map[string]VerifyKey{"identity": {}, "negative": odd, "high bit": high, "p": {0xed, 31: 0x7f}} {
		require.Error(t, key.Check(), name)
		require.Error(t, key.Verify("sig-test", [32]byte{}, nil, make([]byte, SignatureSize)), name)
	}
}

func TestSigningKeyRefuses(t *testing.T) {
	t.Parallel()
	k := GenerateSigningKey()
	again, err := ParseSigningKey(k.Bytes())
	require.NoError(t, err)
	require.Equal(t, k.Public(), again.Public())
	high := k.Bytes()
	high[31] |= 0x80
	for name, b := range map[string][]byte{
		"zero": make([]byte, 32), "short": k.Bytes()[:31], "long": append(k.Bytes(), 0), "empty": nil, "not canonical": high,
	} {
		_, err := ParseSigningKey(b)
		require.Error(t, err, name)
	}
}

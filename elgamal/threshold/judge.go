package threshold

import "bytes"

// judge enters what trustee j's round-3 body holds against it or the dealer that
// it blames: K10, K11.
func (r *record) judge(v *verdict, j int, body []byte, digest [32]byte) {
	rest := body[headerSize:]
	if len(rest) < hashSize+1 {
		v.add(Guilty, j, "verdict of %d bytes is too short", len(rest))
		return
	}
	stated, kind, rest := rest[:hashSize], rest[hashSize], rest[hashSize+1:]
	switch {
	case kind == kindConfirm && len(rest) == 0, kind == kindBlame && len(rest) == 2+keySize:
	default:
		v.add(Guilty, j, "verdict of unknown kind or length")
		return
	}
	if !bytes.Equal(stated, digest[:]) { // K10
		v.add(Divided, j, "signed other messages of rounds 0 to 2 than the record's")
		return
	}
	if kind == kindBlame {
		r.judgeBlame(v, j, int(rest[0])<<8|int(rest[1]), rest[2:])
	}
}

// judgeBlame finds the accused or the complainant at fault: K11.
func (r *record) judgeBlame(v *verdict, complainant, accused int, secret []byte) {
	if accused < 1 || accused > len(r.Trustees) {
		v.add(Guilty, complainant, "blames trustee %d, and there is none", accused)
		return
	}
	key, err := parseTransportSecret(secret)
	if err != nil || !bytes.Equal(key.PublicKey().Bytes(), r.transport[complainant-1].Bytes()) {
		v.add(Guilty, complainant, "blames trustee %d with a key that is not its transport key", accused)
		return
	}
	if _, err := r.openShare(accused, complainant, key, r.dealings[accused-1]); err != nil {
		v.add(Guilty, accused, "share for trustee %d: %v", complainant, err)
		return
	}
	v.add(Guilty, complainant, "blames trustee %d for a share that is right", accused)
}

// verdictBody returns a round-3 body that confirms the digest, or that blames the
// accused if it is not 0.
func verdictBody(index int, digest [32]byte, accused int, secret []byte) []byte {
	body := append(header(3, index), digest[:]...)
	if accused == 0 {
		return append(body, kindConfirm)
	}
	body = append(body, kindBlame, byte(accused>>8), byte(accused))
	return append(body, secret...)
}

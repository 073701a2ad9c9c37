package threshold

import "veche.example/proofs"

// RunLocally runs a whole ceremony in one process that holds every trustee's
// secrets, in memory only: for tests and demonstrations, where there is nobody to
// keep a secret from. It returns the trustees and the messages of the four rounds.
func (c *Ceremony) RunLocally(ids []*proofs.SigningKey) ([]*Trustee, *[4][][]byte, error) {
	var rounds [4][][]byte
	begin := func(i int) (*Keyed, []byte, error) { return c.Begin(i+1, ids[i], InMemory) }
	keyed, err := eachTrustee(len(ids), &rounds[0], begin)
	if err != nil {
		return nil, nil, err
	}
	commit := func(i int) (*Committed, []byte, error) { return keyed[i].Commit(rounds[0]) }
	committed, err := eachTrustee(len(ids), &rounds[1], commit)
	if err != nil {
		return nil, nil, err
	}
	deal := func(i int) (*Dealt, []byte, error) { return committed[i].Deal(rounds[1]) }
	dealt, err := eachTrustee(len(ids), &rounds[2], deal)
	if err != nil {
		return nil, nil, err
	}
	confirm := func(i int) (*Confirmed, []byte, error) { return dealt[i].Confirm(rounds[2]) }
	confirmed, err := eachTrustee(len(ids), &rounds[3], confirm)
	if err != nil {
		return nil, nil, err
	}
	trustees := make([]*Trustee, len(ids))
	for i := range trustees {
		if trustees[i], err = confirmed[i].Finish(rounds[3]); err != nil {
			return nil, nil, err
		}
	}
	return trustees, &rounds, nil
}

// eachTrustee takes every trustee into its next state and collects the messages.
func eachTrustee[S any](n int, round *[][]byte, next func(i int) (S, []byte, error)) ([]S, error) {
	states := make([]S, n)
	for i := range states {
		state, message, err := next(i)
		if err != nil {
			return nil, err
		}
		states[i], *round = state, append(*round, message)
	}
	return states, nil
}

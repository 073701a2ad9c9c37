package main

import (
	"veche.example/ballot"
	"veche.example/examples/internal/demo"
	"veche.example/proofs"
)

// The society's guardians. One trustee stays away when the ballots are decrypted; the
// witness signs in that place that there is one list and no other.
var parties = demo.Parties{
	Trustees:  []string{"President emeritus", "Treasurer", "Librarian"},
	Witnesses: []string{"Notary"},
}

const (
	trusteesNeeded = 2
	absent         = 1 // index of the trustee who stays away
	mixesNeeded    = 2
	contestID      = "officers"
)

// mixers are the societies that mix for this one; the museum's cheats.
var mixers = []ballot.Party{
	{ID: "academy", Name: "Academy"}, {ID: "museum", Name: "Museum"}, {ID: "observatory", Name: "Observatory"},
}

// election is everybody whom this process plays, with the keys for the mixers' own ones.
type election struct {
	*demo.Election
	mixerKeys map[string]*proofs.SigningKey // by ID
}

// setUp opens the ballot box of an election with so many voters.
func setUp(dir string, voters int) (*election, error) {
	m := manifest()
	keys := map[string]*proofs.SigningKey{}
	for _, of := range mixers {
		p, key := demo.Party(of.ID, of.Name)
		m.Mixers, keys[of.ID] = append(m.Mixers, p), key
	}
	e, err := demo.SetUp(dir, m, parties, voters)
	return &election{e, keys}, err
}

// manifest writes down the rules: one contest, whose votes are counted in two ways.
func manifest() *ballot.Manifest {
	none, all := 0, len(candidates)
	return &ballot.Manifest{
		ID: "society", Title: "Learned Society: election of officers", Width: 1,
		Threshold: trusteesNeeded, Mixes: mixesNeeded, MinBallots: 50,
		Contests: []*ballot.Contest{{
			ID: contestID, Title: "Officers", Options: candidates,
			Rule: ballot.Rule{Type: ballot.Ranked, Min: &none, Max: &all},
			Counts: []ballot.CountRule{
				{ID: "board", Title: "Board", Method: ballot.STVScottish, Seats: 5, Ties: "draw"},
				{ID: "president", Title: "President", Method: ballot.Schulze, Seats: 1, Ties: "draw"},
			},
		}},
	}
}

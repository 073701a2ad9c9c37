package main

import (
	"veche.example/ballot"
	"veche.example/examples/internal/demo"
)

// The Council's trustees and witnesses. Two trustees stay away when the ballots are
// decrypted; the witnesses sign in their place that there is one list and no other.
var parties = demo.Parties{
	Trustees:  []string{"Minsk", "Vilnius", "Warsaw", "Berlin", "New York"},
	Witnesses: []string{"press", "observers"},
}

const (
	trusteesNeeded = 3
	width          = 11 // one key for each list
)

// election is everything that this one process plays: all the parties.
type election struct {
	*demo.Election
	council *council
}

// setUp makes the voters' credentials, the manifest and the election key, and
// opens the ballot box.
func setUp(c *council, dir string) (*election, error) {
	e, err := demo.SetUp(dir, c.manifest(), parties, c.Ballots)
	return &election{e, c}, err
}

// manifest writes down the rules: the quota's base is all votes, the reading that
// gives the published seats.
func (c *council) manifest() *ballot.Manifest {
	contest := &ballot.Contest{
		ID: "council", Title: c.Election, Rule: ballot.Rule{Type: ballot.OneOfN},
		Seats: &ballot.SeatRule{
			Seats: c.Seats, Method: ballot.LargestRemainder, Quota: "hare", QuotaBase: "all-votes",
			Threshold: &ballot.SeatThreshold{Numerator: c.Threshold.Percent, Denominator: 100, Base: "valid-votes"},
			Ties:      "report",
		},
	}
	for _, l := range c.Lists {
		contest.Options = append(contest.Options, ballot.Option{ID: l.ID, Name: l.Name})
	}
	return &ballot.Manifest{
		ID: "council-2024", Title: c.Election, Width: width,
		Threshold: trusteesNeeded, MinBallots: 50, Contests: []*ballot.Contest{contest},
	}
}

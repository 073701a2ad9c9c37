package main

import (
	"encoding/json"
	"fmt"
	"time"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
	"veche.example/internal/parallel"
	"veche.example/internal/progress"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// The Council's trustees. Two of them stay away when the ballots are decrypted;
// the two witnesses sign in their place that there is one list and no other.
var trusteeNames = []string{"Minsk", "Vilnius", "Warsaw", "Berlin", "New York"}

const (
	trusteesNeeded = 3
	width          = 11 // one key for each list
)

// election is everything that this one process plays: all the parties.
type election struct {
	*ballot.Election
	council   *council
	writer    *record.Writer
	box       *record.Box
	boxKey    *proofs.SigningKey
	trustees  []*threshold.Trustee
	witnesses []*threshold.Witness
	voters    []*ballot.Credential
	observed  []byte // the first voter's ballot, as the network saw it
}

func party(id, name string) (ballot.Party, *proofs.SigningKey) {
	key := proofs.GenerateSigningKey()
	return ballot.Party{ID: id, Name: name, Key: key.Public().String()}, key
}

// setUp makes the voters' credentials, the manifest and the election key, and
// opens the ballot box.
func setUp(c *council, dir string) (*election, error) {
	e := &election{council: c, boxKey: proofs.GenerateSigningKey()}
	roll, err := e.enrol()
	if err != nil {
		return nil, err
	}
	manifest, ids, err := e.manifest(roll)
	if err != nil {
		return nil, err
	}
	if e.writer, err = record.Create(dir, manifest, roll); err != nil {
		return nil, err
	}
	task := progress.Start("key ceremony", 1)
	trustees, rounds, err := record.Parameters(manifest, 1).RunLocally(ids)
	if err != nil {
		return nil, err
	}
	task.Add(1)
	task.Done()
	e.trustees = trustees
	if e.Election, err = e.writer.Ceremony(&record.Ceremony{Attempt: 1, Rounds: *rounds}); err != nil {
		return nil, err
	}
	e.Keys.Precompute()
	e.box, err = record.NewBox(e.writer, roll, e.boxKey, time.Now())
	return e, err
}

// enrol makes a credential for every voter, on the voter's own device in life.
func (e *election) enrol() (*ballot.Roll, error) {
	e.voters = make([]*ballot.Credential, e.council.Ballots)
	entries := make([]ballot.Voter, len(e.voters))
	task := progress.Start("voters' credentials", len(e.voters))
	parallel.For(len(e.voters), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			e.voters[i] = ballot.GenerateCredential()
			entries[i] = ballot.Voter{Key: e.voters[i].Key(), Weight: 1}
			task.Add(1)
		}
	})
	task.Done()
	return ballot.NewRoll(entries)
}

// manifest writes down the rules: the quota's base is all votes, the reading that
// gives the published seats.
func (e *election) manifest(roll *ballot.Roll) (*ballot.Manifest, []*proofs.SigningKey, error) {
	m := ballot.Manifest{
		Version: ballot.Version, ID: "council-2024", Title: e.council.Election, Width: width,
		Threshold: trusteesNeeded, MinBallots: 50,
		Box:  ballot.Box{Key: e.boxKey.Public().String()},
		Roll: ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: roll.Len()},
	}
	var ids []*proofs.SigningKey
	for i, name := range trusteeNames {
		p, id := party(fmt.Sprintf("trustee-%d", i+1), name)
		m.Trustees, ids = append(m.Trustees, p), append(ids, id)
	}
	for _, id := range []string{"press", "observers"} {
		p, key := party(id, id)
		witness, err := threshold.NewWitness(key, threshold.InMemory)
		if err != nil {
			return nil, nil, err
		}
		m.Witnesses, e.witnesses = append(m.Witnesses, p), append(e.witnesses, witness)
	}
	contest := &ballot.Contest{
		ID: "council", Title: e.council.Election, Rule: ballot.Rule{Type: ballot.OneOfN},
		Seats: &ballot.SeatRule{
			Seats: e.council.Seats, Method: ballot.LargestRemainder, Quota: "hare", QuotaBase: "all-votes",
			Threshold: &ballot.SeatThreshold{Numerator: e.council.Threshold.Percent, Denominator: 100, Base: "valid-votes"},
			Ties:      "report",
		},
	}
	for _, l := range e.council.Lists {
		contest.Options = append(contest.Options, ballot.Option{ID: l.ID, Name: l.Name})
	}
	m.Contests = []*ballot.Contest{contest}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, nil, err
	}
	parsed, err := ballot.ParseManifest(b)
	return parsed, ids, err
}

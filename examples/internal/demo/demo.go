// Package demo plays the parties whom larger examples have in common, in one process:
// trustees and witnesses, the ballot box, and the voters' devices. Whoever builds an
// election reads examples/hello first, which does without.
package demo

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

// Election is an election with the secrets of all parties.
type Election struct {
	*ballot.Election
	Writer    *record.Writer
	Box       *record.Box
	Trustees  []*threshold.Trustee
	Witnesses []*threshold.Witness
	Voters    []*ballot.Credential
	Observed  []byte // the first ballot that was cast, as the network saw it
}

// Parties are the names of those who guard an election.
type Parties struct {
	Trustees, Witnesses []string
}

// Party is a party of the manifest with a new key.
func Party(id, name string) (ballot.Party, *proofs.SigningKey) {
	key := proofs.GenerateSigningKey()
	return ballot.Party{ID: id, Name: name, Key: key.Public().String()}, key
}

// SetUp makes the voters' credentials, completes the manifest with the roll, the box and
// the parties, makes the election key, and opens the ballot box of a record in dir.
func SetUp(dir string, m *ballot.Manifest, parties Parties, voters int) (*Election, error) {
	e := &Election{Voters: make([]*ballot.Credential, voters)}
	roll, err := e.enrol()
	if err != nil {
		return nil, err
	}
	box := proofs.GenerateSigningKey()
	m.Version = ballot.Version
	m.Box = record.BoxParty(box, "veche.example/"+m.ID)
	m.Roll = ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: roll.Len()}
	ids, err := e.name(m, parties)
	if err != nil {
		return nil, err
	}
	if err := e.create(dir, m, roll, ids); err != nil {
		return nil, err
	}
	e.Keys.Precompute()
	e.Box, err = record.NewBox(e.Writer, roll, box, time.Now())
	return e, err
}

// enrol makes a credential for every voter, on the voter's own device in life.
func (e *Election) enrol() (*ballot.Roll, error) {
	entries := make([]ballot.Voter, len(e.Voters))
	task := progress.Start("voters' credentials", len(e.Voters))
	parallel.For(len(e.Voters), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			e.Voters[i] = ballot.GenerateCredential()
			entries[i] = ballot.Voter{Key: e.Voters[i].Key(), Weight: 1}
			task.Add(1)
		}
	})
	task.Done()
	return ballot.NewRoll(entries)
}

// name writes the parties into the manifest and returns the trustees' keys.
func (e *Election) name(m *ballot.Manifest, parties Parties) (trustees []*proofs.SigningKey, err error) {
	for i, name := range parties.Trustees {
		p, key := Party(fmt.Sprintf("trustee-%d", i+1), name)
		m.Trustees, trustees = append(m.Trustees, p), append(trustees, key)
	}
	for i, name := range parties.Witnesses {
		p, key := Party(fmt.Sprintf("witness-%d", i+1), name)
		witness, err := threshold.NewWitness(key, threshold.InMemory)
		if err != nil {
			return nil, err
		}
		m.Witnesses, e.Witnesses = append(m.Witnesses, p), append(e.Witnesses, witness)
	}
	return trustees, nil
}

// create begins the record and has the trustees make the election key, which in life
// each of them does at home.
func (e *Election) create(dir string, m *ballot.Manifest, roll *ballot.Roll, ids []*proofs.SigningKey) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	manifest, err := ballot.ParseManifest(b)
	if err != nil {
		return err
	}
	if e.Writer, err = record.Create(dir, manifest, roll); err != nil {
		return err
	}
	task := progress.Start("key ceremony", 1)
	trustees, rounds, err := record.Parameters(manifest, 1).RunLocally(ids)
	if err != nil {
		return err
	}
	task.Add(1)
	task.Done()
	e.Trustees = trustees
	e.Election, err = e.Writer.Ceremony(&record.Ceremony{Attempt: 1, Rounds: *rounds})
	return err
}

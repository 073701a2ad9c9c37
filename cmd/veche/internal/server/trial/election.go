// Package trial makes elections whose every secret is known and crowds of voters, to try
// ballot boxes with. Real elections have no use for it.
package trial

import (
	"encoding/json"
	"fmt"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// Election is an election of one contest, one of several options, whose box is not open yet.
type Election struct {
	*ballot.Election
	Dir    string
	Key    *proofs.SigningKey // the box's
	LogKey string             // the log's public key
	Voters []*ballot.Credential
}

// New makes an election in dir, which must be empty or not exist.
func New(dir string, voters, options int) (*Election, error) {
	t := &Election{Dir: dir, Key: proofs.GenerateSigningKey()}
	roll, err := t.enrol(voters)
	if err != nil {
		return nil, err
	}
	trustee := proofs.GenerateSigningKey()
	m, err := t.manifest(roll, trustee.Public(), options)
	if err != nil {
		return nil, err
	}
	t.LogKey = m.Box.Log
	w, err := record.Create(dir, m, roll)
	if err != nil {
		return nil, err
	}
	_, rounds, err := record.Parameters(m, 1).RunLocally([]*proofs.SigningKey{trustee})
	if err != nil {
		return nil, err
	}
	t.Election, err = w.Ceremony(&record.Ceremony{Attempt: 1, Rounds: *rounds})
	return t, err
}

func (t *Election) enrol(voters int) (*ballot.Roll, error) {
	entries := make([]ballot.Voter, voters)
	t.Voters = make([]*ballot.Credential, voters)
	for i := range entries {
		t.Voters[i] = ballot.GenerateCredential()
		entries[i] = ballot.Voter{Key: t.Voters[i].Key(), Weight: 1}
	}
	return ballot.NewRoll(entries)
}

func (t *Election) manifest(roll *ballot.Roll, trustee proofs.VerifyKey, options int) (*ballot.Manifest, error) {
	contest := &ballot.Contest{ID: "q", Title: "Question", Rule: ballot.Rule{Type: ballot.OneOfN}}
	for i := range options {
		contest.Options = append(contest.Options, ballot.Option{ID: optionID(i), Name: "Option"})
	}
	b, err := json.Marshal(ballot.Manifest{
		Version: ballot.Version, ID: "trial", Title: "Trial", Width: 3, Threshold: 1,
		Trustees: []ballot.Party{{ID: "t", Name: "Trustee", Key: trustee.String()}},
		Box:      record.BoxParty(t.Key, "veche.example/trial"),
		Roll:     ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: roll.Len()},
		Contests: []*ballot.Contest{contest},
	})
	if err != nil {
		return nil, err
	}
	return ballot.ParseManifest(b)
}

func optionID(i int) string { return fmt.Sprintf("o%d", i) }

// Draft builds a ballot of a voter, for one of the options.
func (t *Election) Draft(voter int, sequence uint64, previous ballot.Code) (*ballot.Draft, error) {
	h := ballot.Header{Credential: t.Voters[voter].Key(), Sequence: sequence, Previous: previous}
	options := len(t.Manifest.Contests[0].Options)
	return t.Build(h, ballot.Choices{"q": {Selected: []string{optionID(voter % options)}}}, ballot.GenerateSeed())
}

// Vote is a voter's ballot and the request that goes before it.
type Vote struct {
	Request, Ballot []byte
	Code            ballot.Code
}

// Votes builds the ballot with the sequence number of every voter, on all cores.
func (t *Election) Votes(sequence uint64) ([]Vote, error) {
	t.Keys.Precompute()
	group.GeneratorTable()
	votes, errs := make([]Vote, len(t.Voters)), make([]error, len(t.Voters))
	parallel.For(len(votes), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			votes[i], errs[i] = t.vote(i, sequence)
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return votes, nil
}

func (t *Election) vote(voter int, sequence uint64) (v Vote, err error) {
	d, err := t.Draft(voter, sequence, ballot.Code{})
	if err != nil {
		return v, err
	}
	if v.Request, err = d.Request(t.Voters[voter]); err != nil {
		return v, err
	}
	v.Code = d.Code()
	v.Ballot, err = d.Sign(t.Voters[voter])
	return v, err
}

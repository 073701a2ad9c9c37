package main

import (
	"errors"
	"fmt"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/board"
	"veche.example/elgamal/threshold"
	"veche.example/tally/record"
)

// lastRound is the number of the last round of a key ceremony, from 0.
const lastRound = 3

// anyRound stands for the round that an error names itself.
const anyRound = -1

// roundVerbs are the verbs that send the messages of the rounds.
var roundVerbs = [...]string{"join", "round1", "round2", "confirm"}

func roundKind(round int) string { return fmt.Sprintf("round%d", round) }

// rounds reads the key ceremony of an election from its board.
type rounds struct {
	*election
	attempt    uint32
	parameters *threshold.Ceremony
	channel    *channel
	paths      map[string]string // of messages by kind and sender, for errors
}

func (e *election) rounds(attempt uint32, c *channel) (*rounds, error) {
	if attempt < 1 {
		return nil, errors.New("--attempt: attempts are numbered from 1")
	}
	return &rounds{e, attempt, record.Parameters(e.manifest, attempt), c, map[string]string{}}, nil
}

// folder is the board.
func (r *rounds) folder() string { return r.board(r.attempt) }

// collect returns the messages of a round, one for each trustee, nil where there is none.
func (r *rounds) collect(round int) ([][]byte, error) {
	found, err := board.Collect(r.folder(), r.channel.In, roundKind(round), r.parameters.Session)
	if err != nil {
		return nil, r.equivocation(err)
	}
	messages := make([][]byte, len(r.manifest.Trustees))
	for i, t := range r.manifest.Trustees {
		if m := found[t.ID]; m != nil {
			messages[i] = m.Data
			r.paths[roundKind(round)+t.ID] = m.Path
			delete(found, t.ID)
		}
	}
	for id, m := range found {
		return nil, fmt.Errorf("%s: of %q, and %s has no such trustee: move it away", m.Path, id, r.file(record.ManifestFile))
	}
	return messages, nil
}

// equivocation says of two different messages of a trustee if they prove its fault.
func (r *rounds) equivocation(err error) error {
	var twice *board.TwiceError
	if !errors.As(err, &twice) {
		return err
	}
	for i, t := range r.manifest.Trustees {
		if t.ID == twice.First.ID && r.parameters.CheckEquivocation(i+1, twice.First.Data, twice.Second.Data) == nil {
			return failed(fmt.Errorf("trustee %s signed two different messages of %s: %s and %s together prove it at fault: keep both and hold another election without it",
				t.ID, twice.First.Kind, twice.First.Path, twice.Second.Path))
		}
	}
	return err
}

// all is collect, but it is an incomplete error if a message is not there yet.
func (r *rounds) all(round int) ([][]byte, error) {
	messages, err := r.collect(round)
	if err != nil {
		return nil, err
	}
	if silent := r.silent(messages); len(silent) > 0 {
		return nil, incomplete("%s: no message of %s from %s yet: it comes from veche trustee %s",
			r.folder(), roundKind(round), strings.Join(silent, ", "), roundVerbs[round])
	}
	return messages, nil
}

// silent returns the IDs of those who have sent nothing yet.
func (r *rounds) silent(messages [][]byte) []string {
	ids := []string{}
	for i, m := range messages {
		if m == nil {
			ids = append(ids, r.manifest.Trustees[i].ID)
		}
	}
	return ids
}

// blame names in an error of the ceremony the trustees behind it and the files.
func (r *rounds) blame(round int, err error) error {
	var b *threshold.BlameError
	if !errors.As(err, &b) {
		return err
	}
	var who []string
	for _, i := range b.Trustees {
		t := r.manifest.Trustees[i-1]
		if path := r.paths[roundKind(round)+t.ID]; path != "" {
			who = append(who, fmt.Sprintf("%s (%s)", t.ID, path))
		} else {
			who = append(who, t.ID)
		}
	}
	remedy := fmt.Sprintf("this attempt is void: start again with veche trustee join --attempt %d, or hold another election without them", r.attempt+1)
	if b.Fault == threshold.Silent {
		remedy = "ask for the message again"
	}
	return failed(fmt.Errorf("%s: %w: %s", strings.Join(who, ", "), b, remedy))
}

// message is what a seat sent in a round.
func (s *seat) message(round int) *board.Message {
	return &board.Message{Kind: roundKind(round), ID: s.id, Context: s.session, Data: s.sent[round]}
}

// ids returns the ids of parties.
func ids(parties []ballot.Party) []string {
	ids := make([]string, len(parties))
	for i, p := range parties {
		ids[i] = p.ID
	}
	return ids
}

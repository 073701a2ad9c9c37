package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"veche.example/ballot/box"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/board"
	"veche.example/cmd/veche/internal/receipt"
	"veche.example/tally"
	"veche.example/tally/record"
)

// logFields adds how far the log of an election is.
func (e *election) logFields(v *view) error {
	r, c, err := e.log()
	if isIncomplete(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var ballots int
	var last box.Kind
	err = r.Entries(c, func(_ uint64, entry []byte) error {
		if last = box.Kind(entry[0]); last == box.Ballot {
			ballots++
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", e.file(record.LogDir), err)
	}
	v.add("entries", c.Tree.N).add("ballots", ballots).add("last entry", last.String()).add("root", fmt.Sprintf("%x", c.Tree.Hash[:]))
	return nil
}

// viewListMessage shows a message about what is decrypted; nobody has verified it.
func viewListMessage(path string, b *armour.Block) (*view, error) {
	m, err := board.Parse(b.Text())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return (&view{kind: m.Kind + " of what is decrypted, not verified"}).add("from and contest", m.ID).
		add("closing", fmt.Sprintf("%x", m.Context)).add("bytes", len(m.Data)), nil
}

func viewReceipt(path string, b *armour.Block) (*view, error) {
	r, err := receipt.Parse(b.Text())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	v := (&view{kind: "receipt of a voter"}).add("what", r.What()).add("election", r.Election).
		add("fingerprint", fmt.Sprintf("%x", r.Fingerprint)).add("log", r.LogKey)
	if !r.Confirmed() {
		return v.add("confirmed", false), nil
	}
	index, c, err := r.Verify()
	if err != nil {
		return nil, failed(fmt.Errorf("%s: %w", path, err))
	}
	return v.add("entry", index).add("of", c.Tree.N), nil
}

func viewVerdict(path string, _ *armour.Block) (*view, error) {
	v, err := readVerdict(path)
	if err != nil {
		return nil, err
	}
	if err := v.Verify(); err != nil {
		return nil, failed(fmt.Errorf("%s: %w", path, err))
	}
	d := describeVerdict(v)
	return (&view{kind: "verdict of an auditor, its signature verified"}).add("auditor", d.Auditor).add("key", d.Key).add("election", d.Election).
		add("verified", d.Verified).add("fingerprint", d.Fingerprint).add("size", d.Size).add("root", d.Root).add("result", d.Result).
		add("at", d.At.Format(time.RFC3339)).add("verifier", d.Verifier), nil
}

func viewMix(path string, b []byte) (*view, error) {
	const head = len("veche/v1 mix\n") // docs/spec/record.md, section 7
	if len(b) < head+36 {
		return nil, fmt.Errorf("%s: %d bytes are too few for a mix", path, len(b))
	}
	return (&view{kind: "mix, not verified"}).add("position", binary.BigEndian.Uint32(b[head:])).
		add("mixer", fmt.Sprintf("%x", b[head+4:head+36])).add("bytes", len(b)), nil
}

func viewTally(path string, b []byte) (*view, error) {
	return (&view{kind: "signatures and shares of the trustees, not verified"}).add("bytes", len(b)), nil
}

func viewResult(path string, b []byte) (*view, error) {
	r := new(tally.Result)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	v := (&view{kind: "result, not verified"}).add("title", r.Title).add("fingerprint", r.Fingerprint)
	for _, c := range r.Contests {
		var lines []string
		for _, t := range c.Totals {
			lines = append(lines, fmt.Sprintf("%s %d", t.ID, t.Votes))
		}
		for i := range c.Counts {
			lines = append(lines, c.Counts[i].ID+": "+elected(&c.Counts[i]))
		}
		v.add(c.ID, lines)
	}
	return v, nil
}

func viewVotes(path string, _ []byte) (*view, error) {
	votes, err := readPast(path)
	if err != nil {
		return nil, err
	}
	return (&view{kind: "what a credential has cast"}).add("elections", len(votes)), nil
}

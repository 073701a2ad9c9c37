package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/files"
	"veche.example/internal/durable"
)

const (
	votesHead = "veche/v1 votes"
	maxVotes  = 1 << 20
)

// past is what a credential has done in one election. It is no secret, since the box's log
// says it too.
type past struct {
	sequence uint64      // the highest of a ballot that was sent, 0 if none was
	previous ballot.Code // of the ballot that was accepted last, zero if none was
	pending  ballot.Code // of a ballot that was sent and not answered, or zero
}

// votesPath is where the past of a credential is: a line for every election.
func votesPath(credential string) string { return sibling(credential, ".votes") }

// readPast returns the past of a credential in all elections, by their fingerprints.
func readPast(path string) (map[[32]byte]past, error) {
	votes := map[[32]byte]past{}
	if !files.Exists(path) {
		return votes, nil
	}
	text, err := files.Read(path, maxVotes)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if lines[0] != votesHead {
		return nil, fmt.Errorf("%s: line 1: must be %q: remove the file and vote with --recover", path, votesHead)
	}
	for i, line := range lines[1:] {
		fingerprint, p, err := parsePast(line)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w: remove the file and vote with --recover", path, i+2, err)
		}
		votes[fingerprint] = p
	}
	return votes, nil
}

func parsePast(line string) (fingerprint [32]byte, p past, err error) {
	words := strings.Split(line, " ")
	if len(words) != 4 {
		return fingerprint, p, errors.New("must be a fingerprint, a number and two tracking codes")
	}
	raw, err := hex.DecodeString(words[0])
	if err != nil || len(raw) != len(fingerprint) {
		return fingerprint, p, errors.New("no fingerprint")
	}
	copy(fingerprint[:], raw)
	if p.sequence, err = strconv.ParseUint(words[1], 10, 64); err != nil {
		return fingerprint, p, err
	}
	for i, code := range []*ballot.Code{&p.previous, &p.pending} {
		if word := words[2+i]; word != "-" {
			if *code, err = ballot.ParseCode(word); err != nil {
				return fingerprint, p, err
			}
		}
	}
	return fingerprint, p, nil
}

// storePast changes the past of a credential in one election. It is durable when it returns.
func storePast(path string, fingerprint [32]byte, p past) error {
	votes, err := readPast(path)
	if err != nil {
		return err
	}
	votes[fingerprint] = p
	text := new(strings.Builder)
	fmt.Fprintln(text, votesHead)
	for f, p := range votes {
		fmt.Fprintf(text, "%x %d %s %s\n", f, p.sequence, orDash(p.previous), orDash(p.pending))
	}
	return durable.Replace(path, []byte(text.String()), 0o600)
}

func orDash(code ballot.Code) string {
	if code == (ballot.Code{}) {
		return "-"
	}
	return code.String()
}

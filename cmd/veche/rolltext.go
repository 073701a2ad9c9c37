package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
	"veche.example/proofs"
)

// allStyle is the style of a manifest that has no styles.
const allStyle = "all"

// maxRollLine is above the length of every line of a roll.
const maxRollLine = 256

// rollLine is a voter in the text of a roll: a line "VOTER STYLE WEIGHT". Empty lines and
// those that begin with # say nothing.
type rollLine struct {
	number int
	key    proofs.VerifyKey
	style  string
	weight uint32
}

func (l *rollLine) String() string {
	return fmt.Sprintf("%s %s %d", armour.Token(armour.VoterToken, l.key[:]), l.style, l.weight)
}

// maxRollText is above the length of every roll.
const maxRollText = ballot.MaxVoters * maxRollLine

// readRoll reads the text of a roll, all of whose lines must be right.
func readRoll(path string) (text []byte, lines []rollLine, err error) {
	text, err = files.Read(path, maxRollText)
	if err != nil {
		return nil, nil, err
	}
	lines, problems := parseRoll(path, text)
	return text, lines, errors.Join(problems...)
}

// parseRoll returns the lines of a roll that are right, and a problem for each other.
func parseRoll(path string, text []byte) (lines []rollLine, problems []error) {
	seen := make(map[proofs.VerifyKey]int)
	number := 0
	for line := range bytes.Lines(text) {
		number++
		s := strings.TrimSpace(string(line))
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		l, err := parseRollLine(s)
		if err == nil && seen[l.key] > 0 {
			err = fmt.Errorf("the voter of line %d again: keep one of the two", seen[l.key])
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: line %d: %w", path, number, err))
			continue
		}
		seen[l.key], l.number = number, number
		lines = append(lines, l)
	}
	return lines, problems
}

func parseRollLine(s string) (l rollLine, err error) {
	fields := strings.Fields(s)
	if len(fields) != 3 {
		return l, fmt.Errorf("%d words, must be a voter, a style and a weight", len(fields))
	}
	if l.key, err = parseVoter(fields[0]); err != nil {
		return l, err
	}
	if l.style = fields[1]; armour.CheckID(l.style) != nil {
		return l, fmt.Errorf("style: %w", armour.CheckID(l.style))
	}
	weight, err := strconv.ParseUint(fields[2], 10, 32)
	if err != nil || weight == 0 || fields[2] != strconv.FormatUint(weight, 10) {
		return l, errors.New("weight: must be a number from 1 to 4294967295")
	}
	l.weight = uint32(weight)
	return l, nil
}

// parseVoter reads a voter's public token.
func parseVoter(token string) (key proofs.VerifyKey, err error) {
	b, err := armour.ParseToken(armour.VoterToken, token, len(key))
	if err != nil {
		return key, fmt.Errorf("voter: %w", err)
	}
	copy(key[:], b)
	return key, key.Check()
}

// readVoters reads the voters of a NAME.voter file, one token on a line.
func readVoters(path string) (keys []proofs.VerifyKey, err error) {
	text, err := files.Read(path, maxRollText)
	if err != nil {
		return nil, err
	}
	for _, token := range strings.Fields(string(text)) {
		key, err := parseVoter(token)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s: holds no voter", path)
	}
	return keys, nil
}

// compileRoll makes the roll of the lines. Styles are those of a manifest, none for the one style
// that a manifest without styles has.
func compileRoll(path string, lines []rollLine, styles []ballot.Style) (*ballot.Roll, error) {
	index := map[string]int{allStyle: 0}
	if len(styles) > 0 {
		index = make(map[string]int)
	}
	for i := range styles {
		index[styles[i].ID] = i
	}
	voters := make([]ballot.Voter, len(lines))
	for i, l := range lines {
		style, ok := index[l.style]
		if !ok {
			return nil, fmt.Errorf("%s: line %d: style %q is not one of the manifest's: correct the line or add the style", path, l.number, l.style)
		}
		voters[i] = ballot.Voter{Key: l.key, Style: style, Weight: l.weight}
	}
	roll, err := ballot.NewRoll(voters)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return roll, nil
}

package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
	"veche.example/internal/durable"
	"veche.example/proofs"
)

type rollCmd struct {
	Add   rollAddCmd   `cmd:"" help:"Add voters to a roll."`
	Check rollCheckCmd `cmd:"" help:"List what is wrong in a roll and count its voters."`
}

type rollAddCmd struct {
	Roll   string   `arg:"" name:"roll" help:"Text of the roll, made if it is not there."`
	Voters []string `arg:"" name:"voter" help:"Files with voters' public keys (NAME.voter)."`
	Style  string   `help:"Ballot style of these voters." default:"all"`
	Weight uint32   `help:"Weight of each of these votes." default:"1"`
}

// Run adds the voters.
func (c *rollAddCmd) Run(a *app) error {
	if err := armour.CheckID(c.Style); err != nil {
		return fmt.Errorf("--style: %w", err)
	}
	if c.Weight == 0 {
		return errors.New("--weight: must be 1 at least; leave out who may not vote")
	}
	var old []byte
	var lines []rollLine
	if files.Exists(c.Roll) {
		var err error
		if old, lines, err = readRoll(c.Roll); err != nil {
			return err
		}
	}
	keys, err := c.newKeys(lines)
	if err != nil {
		return err
	}
	if err := c.write(old, keys); err != nil {
		return err
	}
	data := map[string]any{"file": c.Roll, "added": len(keys), "voters": len(lines) + len(keys)}
	return a.done(data, fmt.Sprintf("added %s; %s has %s now", count(len(keys), "voter"), c.Roll, count(len(lines)+len(keys), "voter")),
		fmt.Sprintf("veche manifest new DIR --roll %s …", c.Roll))
}

// newKeys reads the voters and refuses those who are on the roll or stated twice.
func (c *rollAddCmd) newKeys(lines []rollLine) (keys []proofs.VerifyKey, err error) {
	seen := make(map[proofs.VerifyKey]string)
	for _, l := range lines {
		seen[l.key] = fmt.Sprintf("line %d of %s", l.number, c.Roll)
	}
	for _, path := range c.Voters {
		voters, err := readVoters(path)
		if err != nil {
			return nil, err
		}
		for _, key := range voters {
			if first, ok := seen[key]; ok {
				return nil, fmt.Errorf("%s: the voter of %s again: nothing was added", path, first)
			}
			seen[key] = path
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func (c *rollAddCmd) write(old []byte, keys []proofs.VerifyKey) error {
	text := new(strings.Builder)
	text.Write(old)
	if len(old) > 0 && old[len(old)-1] != '\n' {
		text.WriteByte('\n')
	}
	for _, key := range keys {
		l := rollLine{key: key, style: c.Style, weight: c.Weight}
		text.WriteString(l.String() + "\n")
	}
	if old == nil {
		return files.Create(c.Roll, []byte(text.String()), 0o644)
	}
	return durable.Replace(c.Roll, []byte(text.String()), 0o644)
}

type rollCheckCmd struct {
	Roll string `arg:"" name:"roll" help:"Text of the roll."`
}

// rollData is what is said of a roll with --json.
type rollData struct {
	Voters int            `json:"voters"`
	Weight uint64         `json:"weight"` // of all voters
	Styles map[string]int `json:"styles"` // voters of each
}

// Run checks the roll.
func (c *rollCheckCmd) Run(a *app) error {
	text, err := files.Read(c.Roll, maxRollText)
	if err != nil {
		return err
	}
	lines, problems := parseRoll(c.Roll, text)
	if len(lines) == 0 && len(problems) == 0 {
		problems = []error{fmt.Errorf("%s: no voter is on it: veche roll add", c.Roll)}
	}
	if len(problems) > 0 {
		return failed(errors.Join(problems...))
	}
	d := countRoll(lines)
	return a.done(d, fmt.Sprintf("%s has %s of weight %d in all, of %s", c.Roll, count(d.Voters, "voter"), d.Weight, d.styles()),
		fmt.Sprintf("veche manifest new DIR --roll %s …", c.Roll))
}

func countRoll(lines []rollLine) *rollData {
	d := &rollData{Voters: len(lines), Styles: make(map[string]int)}
	for _, l := range lines {
		d.Weight += uint64(l.weight)
		d.Styles[l.style]++
	}
	return d
}

func (d *rollData) styles() string {
	var s []string
	for _, id := range slices.Sorted(maps.Keys(d.Styles)) {
		s = append(s, fmt.Sprintf("style %s: %d", id, d.Styles[id]))
	}
	return strings.Join(s, ", ")
}

// count writes a number and its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/receipt"
	"veche.example/cmd/veche/internal/verdict"
	"veche.example/tally/record"
)

type showCmd struct {
	Path string `arg:"" name:"file" help:"File or election directory."`
}

// maxShown bounds the files that show reads.
const maxShown = 2 << 30

// artefact is a kind of file: is decides by its name and content, view says what it holds.
type artefact struct {
	is   func(name string, b []byte) bool
	view func(path string, b []byte) (*view, error)
}

// artefacts are all kinds of files but those of package armour, see blocks. The first that
// is counts.
var artefacts = []artefact{
	{begins("age-encryption.org/v1\n"), viewSealed},
	{begins(armour.CredentialToken + ":"), viewCredential},
	{named(".voter"), viewVoters},
	{named(".roll"), viewRollText},
	{named(record.RollFile), viewRoll},
	{named(record.CeremonyFile), viewCeremony},
	{begins("veche/v1 mix\n"), viewMix},
	{named(record.TallyFile), viewTally},
	{named(record.ResultFile), viewResult},
	{begins(votesHead + "\n"), viewVotes},
	{begins("{"), viewManifest},
}

// blocks are the kinds of text of package armour by their types.
var blocks = map[string]func(path string, b *armour.Block) (*view, error){
	"trustee": viewPublic, "witness": viewPublic, "mixer": viewPublic, "box": viewPublic, "auditor": viewPublic,
	"round0": viewRound, "round1": viewRound, "round2": viewRound, "round3": viewRound,
	signatureKind: viewListMessage, witnessKind: viewListMessage, shareKind: viewListMessage,
	receipt.Type: viewReceipt, verdict.Type: viewVerdict,
}

// view is what show says: a kind, and fields in order.
type view struct {
	kind   string
	fields []field
}

type field struct {
	name  string
	value any // as JSON has it
}

// add adds a field.
func (v *view) add(name string, value any) *view {
	v.fields = append(v.fields, field{name, value})
	return v
}

// Run shows the file.
func (c *showCmd) Run(a *app) error {
	v, err := show(c.Path)
	if err != nil {
		return err
	}
	data := map[string]any{"kind": v.kind}
	text := new(strings.Builder)
	fmt.Fprintln(text, v.kind)
	for _, f := range v.fields {
		data[strings.ReplaceAll(f.name, " ", "_")] = f.value
		value := f.value
		if list, ok := value.([]string); ok {
			value = strings.Join(list, ", ")
		}
		fmt.Fprintf(text, "  %-14s %v\n", f.name, value)
	}
	return a.print(data, text.String())
}

func show(path string) (*view, error) {
	if isFolder(path) {
		return viewElection(path)
	}
	b, err := files.Read(path, maxShown)
	if err != nil {
		return nil, err
	}
	if armour.Is(b) {
		return viewBlock(path, b)
	}
	for _, k := range artefacts {
		if k.is(filepath.Base(path), b) {
			return k.view(path, b)
		}
	}
	return nil, fmt.Errorf("%s: nothing of this program: veche help files lists what it makes", path)
}

// begins is for files that begin with a text.
func begins(head string) func(string, []byte) bool {
	return func(_ string, b []byte) bool { return bytes.HasPrefix(b, []byte(head)) }
}

// named is for files whose names end with a text.
func named(suffix string) func(string, []byte) bool {
	return func(name string, _ []byte) bool { return strings.HasSuffix(name, suffix) }
}

func viewBlock(path string, b []byte) (*view, error) {
	block, err := armour.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if view, ok := blocks[block.Type]; ok {
		return view(path, block)
	}
	return nil, fmt.Errorf("%s: line 1: unknown type %q: a newer program may have written it", path, block.Type)
}

func viewSealed(string, []byte) (*view, error) {
	return (&view{kind: "secret key or state, under a passphrase"}).add("secret", true), nil
}

// viewCredential shows the public side alone.
func viewCredential(path string, _ []byte) (*view, error) {
	c, err := readCredential(path)
	if err != nil {
		return nil, err
	}
	key := c.Key()
	return (&view{kind: "credential of a voter, secret"}).add("secret", true).
		add("voter", armour.Token(armour.VoterToken, key[:])), nil
}

func viewVoters(path string, _ []byte) (*view, error) {
	keys, err := readVoters(path)
	if err != nil {
		return nil, err
	}
	return (&view{kind: "public keys of voters"}).add("voters", len(keys)), nil
}

func viewRollText(path string, _ []byte) (*view, error) {
	_, lines, err := readRoll(path)
	if err != nil {
		return nil, err
	}
	d := countRoll(lines)
	return (&view{kind: "roll, text"}).add("voters", d.Voters).add("weight", d.Weight).add("styles", d.styles()), nil
}

func viewRoll(path string, b []byte) (*view, error) {
	roll, err := ballot.ParseRoll(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return (&view{kind: "roll of an election"}).add("voters", roll.Len()).add("weight", roll.Weight()).
		add("hash", fmt.Sprintf("%x", roll.Hash())), nil
}

func viewManifest(path string, b []byte) (*view, error) {
	m, err := ballot.ParseManifest(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return manifestFields(&view{kind: "manifest"}, m), nil
}

func manifestFields(v *view, m *ballot.Manifest) *view {
	d := describe(m)
	v.add("title", d.Title).add("id", d.ID).add("hash", d.Hash).add("voters", d.Voters).add("contests", d.Contests).
		add("trustees", ids(m.Trustees)).add("threshold", m.Threshold)
	if len(m.Witnesses) > 0 {
		v.add("witnesses", ids(m.Witnesses))
	}
	if len(m.Mixers) > 0 {
		v.add("mixers", ids(m.Mixers)).add("mixes", m.Mixes)
	}
	return v
}

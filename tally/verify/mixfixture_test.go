package verify

import (
	"bytes"
	"context"
	"encoding/binary"
	"maps"
	"os"
	"sync"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/mixnet"
	"veche.example/proofs/transcript"
	"veche.example/tally/record"
)

// mixIn has every mixer verify a record that is closed and mix what is to be mixed, as
// they do in processes of their own.
func (e *election) mixIn(dir string) {
	for _, id := range e.mixers {
		closed := must(Closed(context.Background(), os.DirFS(dir), nil))
		for k, contest := range e.manifest.Contests {
			if in, position := closed.NextMix(k); in != nil {
				mix := must(closed.Cascade(k).Mix(context.Background(), id, position, in, nil, nil, nil))
				check(record.WriteMix(dir, contest.ID, mix))
			}
		}
	}
}

// chain is an honest cascade of all mixers.
func (e *election) chain(c *mixnet.Cascade) (mixes []*mixnet.Mix) {
	in := c.Input
	for k := range e.mixers {
		mixes = append(mixes, e.next(c, k, k+1, in))
		in = mixes[k].Output
	}
	return mixes
}

// next is an honest mix by the k-th mixer, from 0.
func (e *election) next(c *mixnet.Cascade, k, position int, in *mixnet.List) *mixnet.Mix {
	return must(c.Mix(context.Background(), e.mixers[k], position, in, nil, nil, nil))
}

func mixBytes(m *mixnet.Mix) []byte { return append([]byte("veche/v1 mix\n"), m.Bytes()...) }

// mixed returns a copy of the record with these files of mixes, from position 1.
func (f files) mixed(c *mixnet.Cascade, mixes ...*mixnet.Mix) files {
	f = maps.Clone(f)
	for i, m := range mixes {
		f[record.MixFile(c.Contest, i+1)] = mixBytes(m)
	}
	return f
}

// signMix lets the k-th mixer sign a mix that was changed: docs/spec/shuffle.md. output is
// what stands in the place of the list.
func (e *election) signMix(c *mixnet.Cascade, k int, m *mixnet.Mix, output []byte) []byte {
	shape := binary.LittleEndian.AppendUint64(nil, uint64(len(c.Input.Widths())))
	for _, w := range c.Input.Widths() {
		shape = binary.LittleEndian.AppendUint64(shape, uint64(w))
	}
	root := transcript.Hash("mix-list", shape, output)
	mixer := e.mixers[k].Public()
	head := append(wire.AppendUint32(nil, uint32(m.Position)), mixer[:]...)
	context := append(append(wire.AppendVector(nil, []byte(c.Contest)), head[4:]...), head[:4]...)
	signed := append(append(wire.AppendVector(nil, context), m.Input[:]...), root[:]...)
	b := append(append([]byte("veche/v1 mix\n"), head...), m.Input[:]...)
	b = wire.AppendVector(wire.AppendVector(b, output), m.Proof)
	return append(b, e.mixers[k].Sign("mix", c.Fingerprint, wire.AppendVector(signed, m.Proof))...)
}

// signed is a mix that the k-th mixer signed with some other output.
func (e *election) signed(c *mixnet.Cascade, k int, m *mixnet.Mix, output []byte) *mixnet.Mix {
	mix := must(mixnet.ParseMix(e.signMix(c, k, m, output)[len("veche/v1 mix\n"):], c.Input.Widths()))
	if list, err := mixnet.ParseList(output, c.Input.Widths()); err == nil {
		mix.Output = list
	}
	return mix
}

// cheat is a mix in which one ballot is replaced by a copy of another one.
func (e *election) cheat(c *mixnet.Cascade, k, position int, in *mixnet.List) *mixnet.Mix {
	m := e.next(c, k, position, in)
	output := bytes.Clone(m.Output.Bytes())
	row := len(output) / m.Output.Len()
	copy(output[:row], e.next(c, k, position, in).Output.Bytes())
	return e.signed(c, k, m, output)
}

// withoutMixes returns a copy of the record that is not mixed, which its log goes on to say.
func (f files) withoutMixes() files { return f.without("mix-") }

// unmixed returns the record as it was before the mixing.
func (e *election) unmixed() files {
	return e.files.logged(record.LogSigner(e.box, origin), e.files.untilClosing()).withoutMixes()
}

// cascade is how a contest of the record is mixed.
func (e *election) cascade(k int) *mixnet.Cascade {
	return must(Closed(context.Background(), e.unmixed().fs(), nil)).Cascade(k)
}

// mixes returns the mixes of a contest of the record.
func (e *election) mixes(k int) (mixes []*mixnet.Mix) {
	c := e.cascade(k)
	for position := range e.mixers {
		mixes = append(mixes, must(record.NewReader(e.files.fs()).Mix(c.Contest, position+1, c.Input)))
	}
	must(c.Verify(mixes)) // which decodes them
	return mixes
}

// clubManifest has an order that is counted in two ways, and a name that may be written,
// beside a question that is added up. Guests are asked only for the name.
func clubManifest() *ballot.Manifest {
	options := func(ids ...string) (out []ballot.Option) {
		for _, id := range ids {
			out = append(out, ballot.Option{ID: id, Name: "The " + id})
		}
		return out
	}
	return &ballot.Manifest{
		ID: "club", Title: "Club", Width: 2, Threshold: 2, Mixes: 2,
		Contests: []*ballot.Contest{
			{ID: "order", Title: "Board", Options: options("ann", "bob", "cy"), Rule: ballot.Rule{Type: ballot.Ranked, Min: number(1), Max: number(3)},
				Counts: []ballot.CountRule{
					{ID: "chair", Title: "Chair", Method: ballot.InstantRunoff, Seats: 1, Ties: "draw"},
					{ID: "board", Title: "Board of two", Method: ballot.STVMeek, Seats: 2, Ties: "listed-order"},
				}},
			{ID: "fee", Title: "Fee", Options: options("yes", "no"), Rule: ballot.Rule{Type: ballot.OneOfN, Blank: true}},
			{ID: "name", Title: "Name", Options: options("fox", "owl"), Rule: ballot.Rule{Type: ballot.OneOfMany, Blank: true, WriteIn: 50}},
		},
		Styles: []ballot.Style{{ID: "member", Contests: []string{"name", "fee", "order"}}, {ID: "guest", Contests: []string{"name"}}},
	}
}

func member(name ballot.Choice, fee string, order ...string) ballot.Choices {
	return ballot.Choices{"name": name, "fee": {Selected: []string{fee}}, "order": {Ranking: order}}
}

func writes(text string) ballot.Choice { return ballot.Choice{WriteIn: text} }

func picks(id string) ballot.Choice { return ballot.Choice{Selected: []string{id}} }

// clubVotes is who cast what, in log order. The first ballot of voter 1 is replaced.
var clubVotes = []struct {
	voter    int
	sequence uint64
	choices  ballot.Choices
}{
	{0, 1, member(writes("Ćmok & <co>"), "yes", "ann", "bob")},
	{1, 1, member(picks("fox"), "no", "cy")},
	{2, 1, member(picks("owl"), "yes", "bob", "ann", "cy")},
	{1, 2, member(writes("Ćmok & <co>"), "yes", "cy", "ann")},
	{3, 1, member(ballot.Choice{Blank: true}, "no", "ann")},
	{4, 1, ballot.Choices{"name": picks("owl")}},
}

func (e *election) voteClub(w *record.Writer) {
	last := map[int]ballot.Code{}
	for _, v := range clubVotes {
		d := e.draft(v.voter, v.sequence, last[v.voter], v.choices)
		must(w.Append(box.Promise, e.promise(d)[1:]))
		must(w.Append(box.Ballot, must(d.Sign(e.voters[v.voter]))))
		last[v.voter] = d.Code()
		e.codes = append(e.codes, d.Code())
	}
	challenged := e.draft(5, 1, ballot.Code{}, ballot.Choices{"name": writes("no more")})
	must(w.Append(box.Promise, e.promise(challenged)[1:]))
	must(w.Append(box.Challenge, must(challenged.Open()).Bytes()))
}

func newClub() *election {
	return newElection(clubManifest(), 3, 1, []ballot.Voter{{Weight: 2}, {Weight: 2}, {Weight: 2}, {Weight: 2}, {Style: 1, Weight: 2}, {Style: 1, Weight: 2}})
}

// club is the election of the mixed contests; all three mixers mix, two have to.
var club = sync.OnceValue(func() *election {
	e := newClub()
	return e.write(e.voteClub, 3)
})

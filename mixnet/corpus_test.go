package mixnet

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// TestCorpusOfBadRecords: every record that a mixer, or whoever publishes it, can get
// wrong, as the second of three. It says whose fault it is, it keeps its number, and
// the mixer after it goes on from the first.
func TestCorpusOfBadRecords(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 4, 5, 2, 1)
	c.Least = 2
	mixes := c.chain(t)
	first, good := mixes[0], mixes[1]
	third := c.next(t, 2, 3, first.Output)
	parallel := newCascade(t, 2, 5, 2, 1) // another contest of the same election and key
	parallel.Keys, parallel.ids, parallel.Mixers, parallel.Contest = c.Keys, c.ids, c.Mixers, "judge"
	elsewhere := *c.Cascade
	elsewhere.Fingerprint[0]++
	twin := &mixers{&elsewhere, c.ids, c.x}

	lie := func(change func(rows [][]group.Element)) *Mix { // signed and proved as well as it goes
		out, w := shuffle(t, c.Keys, first.Output)
		rows := rowsOf(out)
		change(rows)
		return c.publish(c.ids[1], 2, first.Output, listOf(t, rows, []int{2, 1}), w)
	}
	signed := func(change func(m *Mix)) *Mix { return c.sign(1, *good, change) }
	unsigned := func(change func(m *Mix)) *Mix { m := *good; change(&m); return &m }
	raw := func(b []byte) *Mix { // bytes in the place of the list, signed
		m := c.sign(1, *good, func(m *Mix) { m.Output, m.raw = nil, List{shape: shape{2, 1}, bytes: b, root: shape{2, 1}.root(b)} })
		m, err := ParseMix(m.Bytes(), []int{2, 1})
		require.NoError(t, err)
		return m
	}
	noProof := "proof does not hold"
	require.ErrorContains(t, proofs.ErrProof, noProof)
	list, P := good.Output.bytes, 5
	another, anotherWitness := shuffle(t, c.Keys, first.Output)
	stranger := proofs.GenerateSigningKey()

	for name, f := range map[string]struct {
		record *Mix
		guilty bool
		says   string
	}{
		"dropped and duplicated":   {lie(func(rows [][]group.Element) { copyRow(rows[0], rows[1]) }), true, noProof},
		"replaced":                 {lie(func(rows [][]group.Element) { copyRow(rows[0], encryptRow(c.Keys, c.Input.shape, []uint64{1, 2, 3})) }), true, noProof},
		"added to another":         {lie(func(rows [][]group.Element) { addRow(rows[0], rows[1]) }), true, noProof},
		"re-weighted":              {lie(func(rows [][]group.Element) { addRow(rows[0], rows[0]) }), true, noProof},
		"vote moved":               {lie(func(rows [][]group.Element) { moveVote(&rows[0][2], &rows[1][2]) }), true, noProof},
		"swapped across lists":     {lie(func(rows [][]group.Element) { copyRow(rows[0], rowsOf(parallel.Input)[0]) }), true, noProof},
		"wrong randomiser":         {lie(func(rows [][]group.Element) { rows[0][0].Add(&rows[0][0], group.Generator()) }), true, noProof},
		"a row less":               {signed(func(m *Mix) { m.Output = parse(t, list[32*P:], []int{2, 1}) }), true, "the input has"},
		"a row more":               {signed(func(m *Mix) { m.Output = parse(t, append(bytes.Clone(list), list[:32*P]...), []int{2, 1}) }), true, "the input has"},
		"no rows":                  {signed(func(m *Mix) { m.Output = parse(t, nil, []int{2, 1}) }), true, "the input has"},
		"output is the input":      {signed(func(m *Mix) { m.Output = first.Output }), true, noProof},
		"output of another mix":    {signed(func(m *Mix) { m.Output = another }), true, noProof},
		"no proof":                 {signed(func(m *Mix) { m.Proof = nil }), true, noProof},
		"stale proof":              {signed(func(m *Mix) { m.Proof = first.Proof }), true, noProof},
		"proof of another shuffle": {signed(func(m *Mix) { m.Proof = c.publish(c.ids[1], 2, first.Output, another, anotherWitness).Proof }), true, noProof},
		"proof of zeros":           {signed(func(m *Mix) { m.Proof = make([]byte, len(m.Proof)) }), true, noProof},
		"proof of generators":      {signed(func(m *Mix) { m.Proof = bytes.Repeat(group.Generator().Bytes(), len(m.Proof)/32) }), true, noProof},
		"proof a field shorter":    {signed(func(m *Mix) { m.Proof = m.Proof[32:] }), true, noProof},
		"proof a field longer":     {signed(func(m *Mix) { m.Proof = append(bytes.Clone(m.Proof), make([]byte, 32)...) }), true, noProof},
		"for another election":     {twin.publish(c.ids[1], 2, first.Output, another, anotherWitness), false, "not to blame"},
		"for another contest":      {parallel.publish(c.ids[1], 2, first.Output, another, anotherWitness), false, "not to blame"},
		"for another position":     {c.publish(c.ids[1], 3, first.Output, another, anotherWitness), false, "signed for position 3"},
		"proof for another place": {signed(func(m *Mix) {
			m.Proof = c.publish(c.ids[1], 3, first.Output, another, anotherWitness).Proof
			m.Output = another
		}), true, noProof},
		"proof for another election": {signed(func(m *Mix) {
			m.Proof = twin.publish(c.ids[1], 2, first.Output, another, anotherWitness).Proof
			m.Output = another
		}), true, noProof},
		"proof for another contest": {signed(func(m *Mix) {
			m.Proof = parallel.publish(c.ids[1], 2, first.Output, another, anotherWitness).Proof
			m.Output = another
		}), true, noProof},
		"another's mix as one's own":      {signed(func(m *Mix) { *m = *c.next(t, 2, 2, first.Output); m.Mixer = c.Mixers[1] }), true, noProof},
		"mixer of the first again":        {c.next(t, 0, 2, first.Output), false, "mixed before"},
		"the input of the cascade again":  {c.next(t, 1, 2, c.Input), false, "not the output of the last good mix"},
		"its own output again":            {c.next(t, 1, 2, good.Output), false, "not the output of the last good mix"},
		"a stranger":                      {c.publish(stranger, 2, first.Output, another, anotherWitness), false, "not one of the mixers"},
		"output with the identity":        {raw(append(make([]byte, 32), list[32:]...)), true, "no list: mixnet: element 1 of row 1 is the identity"},
		"output of identities":            {raw(make([]byte, len(list))), true, "no list"},
		"output not canonical":            {raw(append(bytes.Repeat([]byte{0xff}, 32), list[32:]...)), true, "no list"},
		"output not canonical at its end": {raw(append(bytes.Clone(list[:len(list)-32]), bytes.Repeat([]byte{0xff}, 32)...)), true, "no list"},
		"output a byte shorter":           {raw(list[1:]), true, "the input has"},
		"output half a row longer":        {raw(append(bytes.Clone(list), list[:64]...)), true, "the input has"},
		"output one byte":                 {raw([]byte{7}), true, "the input has"},
		"no output, made by hand": {signed(func(m *Mix) {
			m.Output, m.raw = nil, List{shape: shape{2, 1}, bytes: []byte{1}, root: shape{2, 1}.root([]byte{1})}
		}), true, "the input has"},
		"output undecodable, not signed": {unsigned(func(m *Mix) {
			m.Output, m.raw = nil, List{shape: shape{2, 1}, bytes: []byte{1}, root: shape{2, 1}.root([]byte{1})}
		}), false, "not to blame"},
		"under another's name, not signed": {unsigned(func(m *Mix) { m.Mixer = c.Mixers[3] }), false, "not to blame"},
		"proof changed, not signed":        {unsigned(func(m *Mix) { m.Proof = first.Proof }), false, "not to blame"},
		"output changed, not signed":       {unsigned(func(m *Mix) { m.Output = another }), false, "not to blame"},
		"input changed, not signed":        {unsigned(func(m *Mix) { m.Input[0]++ }), false, "not to blame"},
		"place changed, not signed":        {unsigned(func(m *Mix) { m.Position++ }), false, "not to blame"},
		"no signature":                     {unsigned(func(m *Mix) { m.Signature = make([]byte, 64) }), false, "not to blame"},
		"empty signature":                  {unsigned(func(m *Mix) { m.Signature = nil }), false, "not to blame"},
		"zero value":                       {new(Mix), false, "not one of the mixers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := c.Verify([]*Mix{first, f.record, third})
			require.NoError(t, err)
			require.Equal(t, []int{0, 2}, v.Good)
			require.Equal(t, third.Output, v.Output)
			require.Nil(t, v.Faults[0])
			require.Nil(t, v.Faults[2])
			require.Equal(t, 1, v.Faults[1].Record)
			require.Equal(t, f.record.Mixer, v.Faults[1].Mixer)
			require.Equal(t, f.guilty, v.Faults[1].Guilty)
			require.ErrorContains(t, v.Faults[1], "mix 2 by "+f.record.Mixer.String()+": ")
			require.ErrorContains(t, v.Faults[1], f.says)

			b := proofs.NewBatch(c.Keys) // the same by Assume, unless only the batch can tell
			v, _, err = c.Assume(b, []*Mix{first, f.record, third})
			if decided := b.Decide(); decided == nil {
				require.NoError(t, err)
				require.Equal(t, []int{0, 2}, v.Good)
				require.Equal(t, f.guilty, v.Faults[1].Guilty)
			} else {
				require.ErrorIs(t, decided, proofs.ErrProof)
				require.Equal(t, noProof, f.says[max(0, len(f.says)-len(noProof)):])
			}
		})
	}
}

func addRow(dst, src []group.Element) {
	for p := range dst {
		dst[p].Add(&dst[p], &src[p])
	}
}

// TestRelatedCiphertextsPassAMix: an input that holds a copy of somebody's ballot, or
// a multiple, comes out with it, and the copy gives the original away. So every ballot
// has to prove that its maker knows what is in it, before a mix.
func TestRelatedCiphertextsPassAMix(t *testing.T) {
	t.Parallel()
	x := newMix(t, 5, 2, 1)
	rows := rowsOf(x.In)
	copyRow(rows[3], rows[2])
	x.In.shape.addEncryption(x.Keys, rows[3], nil, draw(group.RandomScalar, 1))
	copyRow(rows[4], rows[2])
	addRow(rows[4], rows[2])
	x.In = listOf(t, rows, x.widths)
	x.Out, x.w = shuffle(t, x.Keys, x.In)
	require.NoError(t, x.VerifyAlone(x.proof(x.w)))
	victim := group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(2000))
	count := plaintexts(x, x.Out)
	require.Equal(t, 2, count[string(victim.Bytes())], "the vote that is there twice is the victim's")
	require.Equal(t, 1, count[string(victim.Double(victim).Bytes())])
}

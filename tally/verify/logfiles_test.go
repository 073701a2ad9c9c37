package verify

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot/box"
	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/record"
)

// A log that is not one of an election, though the box signs it.
func TestLogOutOfOrder(t *testing.T) {
	t.Parallel()
	e := town()
	log, voting := e.files.log(), e.files.entries()
	closing := len(e.files.untilClosing()) - 1
	without := func(at int) [][]byte { return slices.Delete(slices.Clone(log), at, at+1) }
	for name, tc := range map[string]struct {
		log  [][]byte
		want []Number
		text string
	}{
		"nothing":                   {nil, []Number{Log, Closing}, "log: not complete: the last event is the kind 0"},
		"no manifest":               {without(0), []Number{Log, Closing}, "entry 0: ceremony is out of order"},
		"no ceremony":               {without(1), []Number{Log, Closing}, "entry 1: opening is out of order"},
		"no opening":                {without(2), []Number{Log, Closing}, "entry 2: promise is out of order"},
		"no closing":                {without(closing), []Number{Log, Closing}, "entry 20: tally is out of order"},
		"no tally":                  {without(closing + 1), []Number{Log}, "entry 21: result is out of order"},
		"no result":                 {log[:closing+2], []Number{Log}, "log: not complete: the last event is the tally"},
		"nothing after the closing": {log[:closing+1], []Number{Log}, "log: not complete: the last event is the closing"},
		"only the voting":           {log[:closing], []Number{Log, Closing}, "the log has no closing"},
		"two manifests":             {insert(log, 0, log[0]), []Number{Log, Closing}, "entry 1: manifest is out of order"},
		"two openings":              {insert(log, 2, log[2]), []Number{Log, Closing}, "entry 3: opening is out of order"},
		"a late opening":            {insert(log, closing, log[2]), []Number{Log, Closing}, "entry 20: opening is out of order"},
		"two closings":              {insert(log, closing, log[closing]), []Number{Log}, "entry 21: closing is out of order"},
		"a ballot after the closing": {insert(log, closing+1, e.ballot(4, 2, e.codes[6], abroad("red"))), []Number{Log},
			"entry 21: ballot is out of order"},
		"a ballot after the tally":   {insert(log, closing+2, voting[atBallot]), []Number{Log}, "entry 22: ballot is out of order"},
		"something after the result": {insert(log, -1, log[closing]), []Number{Log}, "entry 23: closing is out of order: nothing follows the result"},
		"kind 0":                     {insert(log, 5, []byte{0, 1}), []Number{Log, Closing}, "entry 5: unknown kind 0"},
		"kind 11":                    {insert(log, 5, []byte{11, 1}), []Number{Log, Closing}, "entry 5: unknown kind 11"},
		"an empty entry":             {insert(log, 5, []byte{}), []Number{Log, Closing}, "entry 5: empty"},
	} {
		t.Run(name, func(t *testing.T) {
			r := requireFails(t, e.files.logged(record.LogSigner(e.box, origin), tc.log), tc.want...)
			require.Contains(t, r.Text(), tc.text)
		})
	}
}

// A log, signed by the box, that is about other files.
func TestLogOfOtherFiles(t *testing.T) {
	t.Parallel()
	e := club()
	log := e.files.log()
	closing := len(e.files.untilClosing()) - 1
	order, name := closing+1, closing+4 // where the mixes of these contests are named
	fourth := e.files.with(record.MixFile("order", 4), mixBytes(e.next(e.cascade(0), 0, 4, e.mixes(0)[2].Output)))
	edit := func(at int, edit func(entry []byte) []byte) [][]byte {
		log := slices.Clone(log)
		log[at] = edit(slices.Clone(log[at]))
		return log
	}
	swap := func(i, j int) [][]byte {
		log := slices.Clone(log)
		log[i], log[j] = log[j], log[i]
		return log
	}
	flip := func(at int) func([]byte) []byte { return func(entry []byte) []byte { return flipped(entry, at) } }
	longer := func(entry []byte) []byte { return append(entry, 0) }
	shorter := func(entry []byte) []byte { return entry[:len(entry)-1] }
	without := func(at int) [][]byte { return slices.Delete(slices.Clone(log), at, at+1) }
	for fault, tc := range map[string]struct {
		log  [][]byte
		want []Number
		text string
	}{
		"another manifest":           {edit(0, flip(1)), []Number{Log, Closing}, "log, entry 0: manifest: does not name manifest.json and roll.bin as they are here"},
		"another roll":               {edit(0, flip(-1)), []Number{Log, Closing}, "log, entry 0: manifest: does not name manifest.json and roll.bin"},
		"a manifest with more":       {edit(0, longer), []Number{Log, Closing}, "log, entry 0: "},
		"another ceremony":           {edit(1, flip(9)), []Number{Log, Closing}, "log, entry 1: ceremony: does not name ceremony.bin as it is here"},
		"a ceremony cut off":         {edit(1, shorter), []Number{Log, Closing}, "log, entry 1: "},
		"another mix":                {edit(order+1, flip(-1)), []Number{Log}, "mix: does not name mix-order-2.bin as it is here"},
		"a mix of another contest":   {edit(order, flip(2)), []Number{Log}, "mix: does not name mix-order-1.bin"},
		"a mix at another place":     {edit(name+2, flip(6)), []Number{Log}, "mix: does not name mix-name-3.bin"},
		"a mix with a byte more":     {edit(order, longer), []Number{Log}, "mix: does not name mix-order-1.bin"},
		"a mix with a body too long": {edit(order, func(b []byte) []byte { return append(b, make([]byte, 60_000)...) }), []Number{Log}, "mix-order-1.bin"},
		"a mix with a byte less":     {edit(order, shorter), []Number{Log}, "mix: does not name mix-order-1.bin"},
		"a mix without a body":       {edit(order, func(b []byte) []byte { return b[:1] }), []Number{Log}, "mix: does not name mix-order-1.bin"},
		"the last mix not named":     {without(name + 2), []Number{Log}, "tally: does not name mix-name-3.bin"},
		"the first mix not named":    {without(order), []Number{Log}, "mix: does not name mix-order-1.bin"},
		"no mix named":               {slices.Delete(slices.Clone(log), order, name+3), []Number{Log}, "tally: does not name mix-order-1.bin"},
		"a mix named twice":          {insert(log, order, log[order]), []Number{Log}, "mix: does not name mix-order-2.bin"},
		"more mixes than can be":     {insert(log, order, slices.Repeat(log[order:order+1], 20_000)...), []Number{Log}, "does not name mix-order-2.bin"},
		"mixes in another order":     {swap(order, order+1), []Number{Log}, "mix: does not name mix-order-1.bin"},
		"contests in another order":  {swap(order+2, name), []Number{Log}, "mix: does not name mix-order-3.bin"},
		"a mix that is not there":    {insert(log, name+3, entry(box.Mix, record.MixEntry(2, 4, nil))), []Number{Log}, "mix: does not name tally.bin"},
		"a mix that is missing":      {e.tailed(fourth), []Number{Log}, "mix: does not name mix-name-1.bin as it is here"},
		"another tally":              {edit(name+3, flip(1)), []Number{Log}, "tally: does not name tally.bin as it is here"},
		"a tally with a byte more":   {edit(name+3, longer), []Number{Log}, "tally: does not name tally.bin"},
		"another result":             {edit(name+4, flip(1)), []Number{Log}, "result: does not name result.json as it is here"},
		"a result without a body":    {edit(name+4, func(b []byte) []byte { return b[:1] }), []Number{Log}, "result: does not name result.json"},
	} {
		t.Run(fault, func(t *testing.T) {
			f := e.files.logged(record.LogSigner(e.box, origin), tc.log)
			r := requireFails(t, f, tc.want...)
			require.Contains(t, r.Text(), tc.text)
			require.Equal(t, 1, r.Checks[Log-1].Failed, "it is said once")

			// Mixers and trustees see it too, unless it is about what comes after them.
			_, err := Closed(context.Background(), f.fs(), nil)
			if strings.Contains(tc.text, "tally.bin") && !strings.HasPrefix(tc.text, "mix") || strings.Contains(tc.text, "result.json") {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, "does not verify")
			}
		})
	}
	// A box that closes such a log: nothing else is wrong with it.
	for at, text := range []string{"manifest", "ceremony"} {
		other := edit(at, flip(1))[:closing:closing]
		f := e.sealed(e.files, append(other, e.closing(e.box, uint64(closing), treeOf(other), uint64(closesAt.Unix()))))
		r := requireFails(t, e.retally(f, nil), Log)
		require.Contains(t, r.Text(), text+": does not name ")
	}

	r := requireFails(t, fourth, Log, Mixes)
	require.Contains(t, r.Text(), "mix: does not name mix-order-4.bin as it is here", "a mix that was added after the tally")
	requireFails(t, e.files.with(record.TallyFile, e.tallyBytes(make([]tally.Shares, 3))), Log, Quorum, Totals)
}

// tailed returns the log with the names of the files of f.
func (e *election) tailed(f files) [][]byte { return append(e.files.untilClosing(), e.tail(f)...) }

// Before the tally, no mix has to be named; those that are must be there.
func TestClosedOfALogThatNamesMixes(t *testing.T) {
	t.Parallel()
	e := club()
	log, closing := e.files.log(), len(e.files.untilClosing())-1
	for named, text := range map[int]string{0: "", 1: "", 3: "", 4: "", 6: ""} {
		_, err := Closed(context.Background(), e.files.logged(record.LogSigner(e.box, origin), log[:closing+1+named]).fs(), nil)
		require.NoError(t, err, "%d named %s", named, text)
	}
	f := e.files.logged(record.LogSigner(e.box, origin), log[:closing+1+6])
	delete(f, record.MixFile("name", 3))
	_, err := Closed(context.Background(), f.fs(), nil)
	require.ErrorContains(t, err, "log, entry 23: names a mix that is not there")
	_, err = Closed(context.Background(), f.withoutMixes().fs(), nil)
	require.ErrorContains(t, err, "log, entry 18: names a mix that is not there")
}

// Without the log's key there is no other log at all.
func TestLogOfSomebodyElse(t *testing.T) {
	t.Parallel()
	e, stranger := town(), proofs.GenerateSigningKey()
	for name, signer := range map[string]note.Signer{
		"another key":    record.LogSigner(stranger, origin),
		"another origin": record.LogSigner(e.box, origin+"-2"),
	} {
		f := e.files.logged(signer, e.files.log())
		r := requireFails(t, f, Log)
		require.Contains(t, r.Text(), "log: checkpoint: not signed by", name)
		require.False(t, r.Checks[Ballots-1].Reached)
		require.False(t, r.Checks[Closing-1].Reached)
		_, err := Closed(context.Background(), f.fs(), nil)
		require.ErrorContains(t, err, "not signed by", name)
	}
}

package verify

import (
	"fmt"
	"maps"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// This is a writer of logs that knows no rules: docs/spec/box.md.

const checkpointFile = record.LogDir + "/checkpoint"

// bundleFile is the name of the bundle with this number of a log with so many entries.
func bundleFile(number, entries int) string {
	name := fmt.Sprintf("%s/tile/entries/%03d", record.LogDir, number)
	if width := entries - 256*number; width < 256 {
		name += fmt.Sprintf(".p/%d", width)
	}
	return name
}

// hashes is a store for package tlog.
type hashes []tlog.Hash

func (h hashes) ReadHashes(at []int64) (out []tlog.Hash, err error) {
	for _, i := range at {
		out = append(out, h[i])
	}
	return out, nil
}

// logged returns the record with another log, signed with any key.
func (f files) logged(signer note.Signer, entries [][]byte) files {
	f = maps.Clone(f)
	maps.DeleteFunc(f, func(name string, _ []byte) bool { return strings.HasPrefix(name, record.LogDir+"/") })
	var store hashes
	for i, e := range entries {
		store = append(store, must(tlog.StoredHashes(int64(i), e, store))...)
		name := bundleFile(i/256, len(entries))
		f[name] = append(wire.AppendUint16(f[name], uint16(len(e))), e...)
	}
	n := int64(len(entries))
	for _, t := range tlog.NewTiles(8, 0, n) {
		f[strings.Replace(t.Path(), "tile/8/", record.LogDir+"/tile/", 1)] = must(tlog.ReadTileData(t, store))
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", signer.Name(), n, must(tlog.TreeHash(n, store)))
	f[checkpointFile] = must(note.Sign(&note.Note{Text: text}, signer))
	return f
}

// log returns all entries of the log, unverified.
func (f files) log() (entries [][]byte) {
	for number := 0; ; number++ {
		prefix := fmt.Sprintf("%s/tile/entries/%03d", record.LogDir, number)
		bundle, width := f[prefix], 0
		for name, b := range f { // the widest
			var w int
			if _, err := fmt.Sscanf(name, prefix+".p/%d", &w); err == nil && w > width && f[prefix] == nil {
				bundle, width = b, w
			}
		}
		if bundle == nil {
			return entries
		}
		for r := wire.NewReader("bundle", bundle); r.Len() > 0; {
			entries = append(entries, r.Fixed(int(r.Uint16())))
		}
	}
}

// untilClosing returns the entries of the log up to the closing.
func (f files) untilClosing() [][]byte {
	log := f.log()
	for i, e := range log {
		if box.Kind(e[0]) == box.Closing {
			return log[:i+1]
		}
	}
	return log
}

// first is the number of entries before the opening.
const first = 2

// entries returns the log's entries from the opening to the one before the closing.
func (f files) entries() [][]byte {
	log := f.untilClosing()
	return log[first : len(log)-1]
}

// closing is the entry that the box signs, docs/spec/record.md.
func (e *election) closing(key *proofs.SigningKey, size uint64, root [32]byte, at uint64) []byte {
	signed := wire.AppendUint64(nil, size)
	signed = wire.AppendUint64(append(signed, root[:]...), at)
	return entry(box.Closing, append(signed, key.Sign("closing", e.Fingerprint, signed)...))
}

// named returns the record with a log that names the mixes, the tally and the result that
// are there.
func (e *election) named(f files) files { return e.sealed(f, f.untilClosing()) }

// sealed returns the record with a log of these entries and then the names of the mixes,
// the tally and the result that are there.
func (e *election) sealed(f files, log [][]byte) files {
	return f.logged(record.LogSigner(e.box, origin), append(log[:len(log):len(log)], e.tail(f)...))
}

// tail returns the entries that name the mixes, the tally and the result of a record.
func (e *election) tail(f files) (tail [][]byte) {
	for k, c := range e.manifest.Contests {
		for position := 1; c.Mixed(); position++ {
			file, there := f[record.MixFile(c.ID, position)]
			if !there {
				break
			}
			tail = append(tail, entry(box.Mix, record.MixEntry(k, position, file)))
		}
	}
	return append(tail, entry(box.Tally, record.TallyEntry(f[record.TallyFile])), entry(box.Result, record.ResultEntry(f[record.ResultFile])))
}

// relog returns the record with another log, of these entries from the opening on, closed
// by the box.
func (e *election) relog(entries [][]byte) files {
	log := append(e.files.log()[:first:first], entries...)
	return e.sealed(e.files, append(log, e.closing(e.box, uint64(len(log)), treeOf(log), uint64(closesAt.Unix()))))
}

// reclosed returns the record with another closing.
func (e *election) reclosed(closing []byte) files {
	log := e.files.untilClosing()
	return e.sealed(e.files, append(log[:len(log)-1:len(log)-1], closing))
}

func treeOf(entries [][]byte) [32]byte {
	var tree record.Tree
	for _, b := range entries {
		tree.Add(b)
	}
	return tree.Root()
}

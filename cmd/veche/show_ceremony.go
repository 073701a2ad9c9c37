package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/board"
	"veche.example/cmd/veche/internal/secret"
)

func viewPublic(path string, b *armour.Block) (*view, error) {
	role, id, key, err := secret.ParsePublic(b.Text())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return (&view{kind: "public key of " + secret.Whose(role)}).add("id", id).add("key", key.String()), nil
}

// viewRound shows a message of the key ceremony; nobody has verified it.
func viewRound(path string, b *armour.Block) (*view, error) {
	m, err := board.Parse(b.Text())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	v := (&view{kind: "message of the key ceremony, not verified"}).add("round", m.Kind).add("from", m.ID).
		add("session", fmt.Sprintf("%x", m.Context)).add("bytes", len(m.Data))
	if len(m.Data) >= 3 {
		v.add("trustee", binary.BigEndian.Uint16(m.Data[1:]))
	}
	return v, nil
}

func viewCeremony(path string, _ []byte) (*view, error) {
	e, err := openElection(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	return e.ceremonyFields(&view{kind: "key ceremony, verified"})
}

func (e *election) ceremonyFields(v *view) (*view, error) {
	c, keys, b, err := e.keys()
	if err != nil {
		return nil, err
	}
	return v.add("attempt", c.Attempt).add("ceremony", fmt.Sprintf("%x", keys.Digest())).
		add("fingerprint", fmt.Sprintf("%x", b.Fingerprint)), nil
}

// viewElection shows how far an election is.
func viewElection(dir string) (*view, error) {
	e, err := openElection(dir)
	if err != nil {
		return nil, err
	}
	v := manifestFields(&view{kind: "election"}, e.manifest)
	if _, err := e.roll(); err != nil {
		return nil, err
	}
	if _, err := e.ceremonyFields(v); err != nil && exitCode(err) != exitIncomplete {
		return nil, err
	}
	if err := e.logFields(v); err != nil {
		return nil, err
	}
	if v.add("files", listed(dir)); isFolder(e.board(1)) {
		v.add("board", listed(e.board(1)))
	}
	return v, nil
}

// listed returns the names in a folder.
func listed(dir string) (names []string) {
	entries, _ := os.ReadDir(dir) // what cannot be read shows when it is needed
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

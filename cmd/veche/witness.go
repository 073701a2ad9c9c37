package main

import (
	"fmt"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/elgamal/threshold"
	"veche.example/tally/record"
)

type witnessCmd struct {
	Sign witnessSignCmd `cmd:"" help:"Verify the record and sign what is decrypted."`
}

type witnessSignCmd struct{ listArgs }

// Run signs the lists of all contests.
func (c *witnessSignCmd) Run(a *app) error {
	e, err := openElection(c.Dir)
	if err != nil {
		return err
	}
	var witnesses []*threshold.Witness
	var parties []*ballot.Party
	for _, path := range c.Keys {
		p, err := a.witness(e, path)
		if err != nil {
			return err
		}
		w, done, err := a.openWitness(path)
		if err != nil {
			return err
		}
		defer done()
		witnesses, parties = append(witnesses, w), append(parties, p)
	}
	l, err := c.open(a, e)
	if err != nil {
		return err
	}
	var data signData
	for i, w := range witnesses {
		paths, err := l.sign(witnessKind, parties[i], w.Sign)
		if err != nil {
			return err
		}
		data.Signed = append(data.Signed, paths...)
	}
	return a.done(data, said("signed what is decrypted", data.Signed), "veche trustee decrypt "+c.Dir+" KEY, when enough have signed")
}

// witness returns the witness of the manifest whose key file this is.
func (a *app) witness(e *election, path string) (*ballot.Party, error) {
	key, err := a.keys.OpenKey(path, secret.Witness)
	if err != nil {
		return nil, err
	}
	at, ok := party(e.manifest.Witnesses, key.Public())
	if !ok {
		return nil, fmt.Errorf("%s: its public key is not a witness's in %s: name another key or another election", path, e.file(record.ManifestFile))
	}
	return &e.manifest.Witnesses[at], nil
}

package main

import (
	"fmt"
	"slices"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/board"
	"veche.example/elgamal/threshold"
)

type decryptCmd struct{ listArgs }

// signData is what signing and decrypting say with --json.
type signData struct {
	Signed    []string `json:"signed"`    // files
	Decrypted []string `json:"decrypted"` // files
	Waiting   string   `json:"waiting,omitempty"`
}

// Run signs the lists of all contests, and decrypts them once enough have signed.
func (c *decryptCmd) Run(a *app) error {
	e, err := openElection(c.Dir)
	if err != nil {
		return err
	}
	trustees, done, err := a.openTrustees(e, c.Keys)
	if err != nil {
		return err
	}
	defer done()
	l, err := c.open(a, e)
	if err != nil {
		return err
	}
	var data signData
	for _, t := range trustees {
		paths, err := l.sign(signatureKind, &e.manifest.Trustees[t.Index()-1], t.Sign)
		if err != nil {
			return err
		}
		data.Signed = append(data.Signed, paths...)
	}
	signatures, err := l.signatures()
	if err != nil {
		return err
	}
	if err := l.quorum(signatures); err != nil {
		if len(data.Signed) == 0 {
			return err
		}
		data.Waiting = err.Error()
		return a.done(data, "signed what is decrypted: "+strings.Join(data.Signed, ", "),
			fmt.Sprintf("wait (%v), then veche trustee decrypt %s KEY again", err, c.Dir))
	}
	for _, t := range trustees {
		paths, err := l.decrypt(t, signatures)
		if err != nil {
			return err
		}
		data.Decrypted = append(data.Decrypted, paths...)
	}
	return a.done(data, said("decrypted", data.Decrypted), l.afterDecryption())
}

// open verifies the record, before anybody signs.
func (c *listArgs) open(a *app, e *election) (*lists, error) {
	if err := c.check(len(c.Keys) * len(e.manifest.Contests)); err != nil {
		return nil, err
	}
	l, err := a.openLists(e, &c.channel)
	if err != nil {
		return nil, err
	}
	return l, l.demand(c.Codes)
}

// said says what was written.
func said(verb string, paths []string) string {
	if len(paths) == 0 {
		return verb + " before, or there is nothing to it"
	}
	return verb + ": " + strings.Join(paths, ", ")
}

// sign signs the lists of which the board has no signature of this signer, and returns the
// files of the messages.
func (l *lists) sign(kind string, signer *ballot.Party, sign func(*threshold.Decryption) ([]byte, error)) (paths []string, err error) {
	said, err := l.said(kind)
	if err != nil {
		return nil, err
	}
	for k, d := range l.Decryptions {
		signed := func(m *board.Message) bool { return d.VerifySignature(signer.VerifyKey(), m.Data) == nil }
		if d == nil || slices.ContainsFunc(said[k][signer.ID], signed) {
			continue
		}
		signature, err := sign(d)
		if err != nil {
			return nil, failed(fmt.Errorf("%s, contest %q: %w", signer.ID, d.Contest, err))
		}
		path, err := l.channel.post(l.board(1), l.message(kind, signer.ID, k, signature))
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// decrypt makes the shares that the board does not have of this trustee.
func (l *lists) decrypt(t *threshold.Trustee, signatures [][][]byte) (paths []string, err error) {
	id := l.manifest.Trustees[t.Index()-1].ID
	said, err := l.said(shareKind)
	if err != nil {
		return nil, err
	}
	for k, d := range l.Decryptions {
		right := func(m *board.Message) bool { return l.right(d, t.Index(), m.Data) }
		if d == nil || slices.ContainsFunc(said[k][id], right) {
			continue
		}
		task := l.task(fmt.Sprintf("%s: %s", id, d.Contest), 0)
		share, err := t.Decrypt(l.ctx, d, signatures[k], task.report)
		task.end()
		if err != nil {
			return nil, failed(fmt.Errorf("%s, contest %q: %w", id, d.Contest, err))
		}
		path, err := l.channel.post(l.board(1), l.message(shareKind, id, k, share))
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// right says whether a share is right, of the trustee with this index, from 1.
func (l *lists) right(d *threshold.Decryption, index int, share []byte) bool {
	shares := make([][]byte, len(l.manifest.Trustees))
	shares[index-1] = share
	_, err := d.VerifyShares(shares)
	return err == nil
}

// afterDecryption says what is to do once somebody has decrypted.
func (l *lists) afterDecryption() string {
	shares, err := l.shares()
	if err == nil {
		err = l.enough(shares)
	}
	if err != nil {
		return fmt.Sprintf("wait (%v), then veche tally %s", err, l.dir)
	}
	return "veche tally " + l.dir
}

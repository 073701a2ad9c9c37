package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/board"
	"veche.example/cmd/veche/internal/files"
	"veche.example/elgamal/threshold"
	"veche.example/tally/verify"
)

// The kinds of messages by which an election is decrypted. Their IDs are those of the
// sender and of the contest, their context is the closing.
const (
	signatureKind = "signature"         // of a trustee
	witnessKind   = "witness-signature" // of a witness
	shareKind     = "share"
)

const maxCodes = 16 << 20

// listArgs are the arguments of who signs what is decrypted.
type listArgs struct {
	Dir   string   `arg:"" help:"Election directory, whose box is closed."`
	Keys  []string `arg:"" name:"key" help:"Key files on this machine."`
	Codes string   `help:"File with the tracking codes that voters have published, one a line: sign only if all of these ballots were cast or challenged." placeholder:"FILE"`
	channel
}

// lists is what follows from a record whose box is closed and whose mixing is over: of each
// contest the list that is decrypted.
type lists struct {
	*app
	*election
	*verify.Tally
	channel *channel
}

// openLists verifies the record up to the closing and the mixes.
func (a *app) openLists(e *election, c *channel) (*lists, error) {
	t, err := a.verifyClosed(e)
	if err != nil {
		return nil, err
	}
	for k, contest := range e.manifest.Contests {
		if _, position := t.NextMix(k); position > 0 && t.Decryptions[k] == nil {
			return nil, incomplete("%s: contest %q lacks good mixes: %d are there, %d are wanted, of %s: veche mix run %s",
				e.dir, contest.ID, position-1, e.manifest.Mixes, strings.Join(ids(e.manifest.Mixers), ", "), e.dir)
		}
	}
	return &lists{a, e, t, c}, nil
}

// verifyClosed verifies a record up to its closing and the mixes that are there. If the box
// is not closed yet the error is an incomplete one.
func (a *app) verifyClosed(e *election) (*verify.Tally, error) {
	if _, _, _, err := e.keys(); err != nil {
		return nil, err
	}
	if _, _, err := e.log(); err != nil {
		return nil, err
	}
	progress := a.phases()
	t, err := verify.Closed(a.ctx, e.fsys, progress.report)
	progress.end()
	if err != nil {
		if stage, stageErr := a.stage(e); stageErr == nil && !stage.closed {
			return nil, incomplete("%s: the ballot box is not closed yet: veche box close %s", e.dir, e.dir)
		}
		return nil, failed(fmt.Errorf("%s: %w", e.dir, err))
	}
	for _, note := range t.Report.Notes {
		a.warn("%s", note)
	}
	return t, nil
}

// demand refuses a record that lacks ballots which voters say they have cast.
func (l *lists) demand(path string) error {
	if path == "" {
		return nil
	}
	text, err := files.Read(path, maxCodes)
	if err != nil {
		return err
	}
	var missing []string
	lines := bufio.NewScanner(bytes.NewReader(text))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		code, err := ballot.ParseCode(line)
		if err != nil {
			return fmt.Errorf("%s: line %d: %w", path, number, err)
		}
		if !l.Has(code) {
			missing = append(missing, line)
		}
	}
	if len(missing) > 0 {
		return failed(fmt.Errorf("%s: the log has no decision on %s of %s: nothing was signed; ask these voters for their receipts and the ballot box for the ballots",
			l.dir, strings.Join(missing, ", "), path))
	}
	return lines.Err()
}

// message returns what somebody says of a contest.
func (l *lists) message(kind, id string, contest int, data []byte) *board.Message {
	return &board.Message{Kind: kind, ID: id + "." + l.manifest.Contests[contest].ID, Context: l.closing(), Data: data}
}

// closing is the context of all messages; zero if nothing is decrypted.
func (l *lists) closing() (digest [32]byte) {
	for _, d := range l.Decryptions {
		if d != nil {
			return d.Closing
		}
	}
	return digest
}

// said returns the messages of a kind, of each contest, by the sender's ID.
func (l *lists) said(kind string) ([]map[string][]*board.Message, error) {
	all, err := board.All(l.board(1), l.channel.In, kind, l.closing())
	if err != nil {
		return nil, err
	}
	said := make([]map[string][]*board.Message, len(l.manifest.Contests))
	for k := range said {
		said[k] = map[string][]*board.Message{}
	}
	for _, m := range all {
		sender, contest, _ := strings.Cut(m.ID, ".")
		k := contestIndex(l.manifest, contest)
		if k < 0 || l.Decryptions[k] == nil {
			return nil, fmt.Errorf("%s: of contest %q, of which nothing is decrypted: move it away", m.Path, contest)
		}
		said[k][sender] = append(said[k][sender], m)
	}
	return said, nil
}

func contestIndex(m *ballot.Manifest, id string) int {
	for k, c := range m.Contests {
		if c.ID == id {
			return k
		}
	}
	return -1
}

// signatures returns the signatures of every contest: trustees', then witnesses'. Those that
// do not hold are left out with a warning.
func (l *lists) signatures() ([][][]byte, error) {
	out := make([][][]byte, len(l.Decryptions))
	for k, d := range l.Decryptions {
		if d != nil {
			out[k] = make([][]byte, len(d.Keys.Signers()))
		}
	}
	for _, group := range []struct {
		kind    string
		parties []ballot.Party
		first   int
	}{{signatureKind, l.manifest.Trustees, 0}, {witnessKind, l.manifest.Witnesses, len(l.manifest.Trustees)}} {
		said, err := l.said(group.kind)
		if err != nil {
			return nil, err
		}
		for k, d := range l.Decryptions {
			for i, p := range group.parties {
				for _, m := range said[k][p.ID] {
					if d.VerifySignature(p.VerifyKey(), m.Data) == nil {
						out[k][group.first+i] = m.Data
					} else {
						l.warn("%s: not a signature of %s on the list that follows from %s: it is left out", m.Path, p.ID, l.dir)
					}
				}
			}
		}
	}
	return out, nil
}

// quorum is an incomplete error unless enough have signed the list of every contest.
func (l *lists) quorum(signatures [][][]byte) error {
	for k, d := range l.Decryptions {
		if d == nil || d.CheckQuorum(signatures[k]) == nil {
			continue
		}
		var silent []string
		signers := append(ids(l.manifest.Trustees), ids(l.manifest.Witnesses)...)
		for i, s := range signatures[k] {
			if s == nil {
				silent = append(silent, signers[i])
			}
		}
		n, w := len(l.manifest.Trustees), len(l.manifest.Witnesses)
		return incomplete("%s: contest %q: %d of %d trustees and witnesses have signed, and %d must: no signature yet of %s", l.board(1), d.Contest,
			len(signers)-len(silent), len(signers), threshold.Quorum(n, l.manifest.Threshold, w), strings.Join(silent, ", "))
	}
	return nil
}

// isIncomplete says that something is only not there yet.
func isIncomplete(err error) bool { return err != nil && exitCode(err) == exitIncomplete }

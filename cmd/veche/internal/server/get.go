package server

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// lookUp returns where a code is in the log, and a checkpoint that covers all of it.
func (b *Box) lookUp(r *http.Request) (at place, c *box.Checkpoint, err error) {
	code, err := ballot.ParseCode(r.PathValue("code"))
	if err != nil {
		return place{}, nil, refuse(malformed, err)
	}
	at = b.place(code)
	ctx, cancel := context.WithTimeout(r.Context(), b.Limits.Respond)
	defer cancel()
	c, err = b.await(ctx, max(at.promise, at.decision))
	return at, c, err
}

// getReceipt sends the receipt of an accepted ballot again.
func (b *Box) getReceipt(w http.ResponseWriter, r *http.Request) {
	at, c, err := b.lookUp(r)
	switch {
	case err != nil:
		b.refuse(w, err)
	case at.ballot() == 0:
		http.Error(w, "no ballot with this code was accepted", http.StatusNotFound)
	default:
		if err := b.answerReceipt(r.Context(), w, nil, outcome{index: at.ballot()}, c); err != nil {
			b.refuse(w, err)
		}
	}
}

// getCode says what became of a code, and in which entry: "cast 17".
func (b *Box) getCode(w http.ResponseWriter, r *http.Request) {
	at, _, err := b.lookUp(r)
	say := func(what string, index uint64) { send(w, plain, fmt.Appendf(nil, "%s %d\n", what, index)) }
	switch {
	case err != nil:
		b.refuse(w, err)
	case at.ballot() > 0:
		say("cast", at.ballot())
	case at.challenge() > 0:
		say("challenged", at.challenge())
	case at.promise > 0:
		say("promised", at.promise)
	default:
		http.Error(w, "nothing with this code is in the box", http.StatusNotFound)
	}
}

func (b *Box) getHealth(w http.ResponseWriter, _ *http.Request) {
	if b.Failure() != nil {
		http.Error(w, errBroken.Error(), http.StatusServiceUnavailable)
		return
	}
	send(w, plain, []byte("ok\n"))
}

// getLog sends the checkpoint or a tile that the checkpoint covers. A tile never changes.
func (b *Box) getLog(w http.ResponseWriter, r *http.Request) {
	name, cache := r.PathValue("path"), "no-cache"
	if name != "checkpoint" {
		t, ok := parseTile(name)
		if !ok || !t.within(b.log.size()) {
			http.NotFound(w, r)
			return
		}
		cache = "public, max-age=31536000, immutable"
	}
	body, err := (&logFS{r.Context(), b.log.reader}).read(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	b.slow(w)
	w.Header().Set("Cache-Control", cache)
	send(w, octets, body)
}

var mixFile = regexp.MustCompile(`^mix-[A-Za-z0-9._-]{1,300}\.bin$`)

// published says whether a name is that of a file of the record.
func published(name string) bool {
	for _, file := range record.Files() {
		if name == file {
			return true
		}
	}
	return mixFile.MatchString(name)
}

// getFile sends a file of the record from the election directory.
func (b *Box) getFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if !published(name) {
		http.NotFound(w, r)
		return
	}
	if info, err := b.root.Lstat(name); err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	f, err := b.root.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	b.slow(w)
	w.Header().Set("Content-Type", octets)
	http.ServeContent(w, r, "", time.Time{}, f)
}

// slow allows a client more time to fetch what can be large.
func (b *Box) slow(w http.ResponseWriter) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(10 * time.Minute))
}

package server

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/proofs"
)

func TestVoteFromRequestToReceipt(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, same)
	d, err := f.Draft(0, 1, ballot.Code{})
	require.NoError(t, err)
	request, err := d.Request(f.Voters[0])
	require.NoError(t, err)
	promise, err := f.post("/v1/promise", request)
	require.NoError(t, err)
	require.NoError(t, d.CheckPromise(promise))
	state, err := f.get("/v1/code/" + d.Code().String())
	require.NoError(t, err)
	require.Equal(t, "promised 3\n", string(state))

	signed, err := d.Sign(f.Voters[0])
	require.NoError(t, err)
	receipt, err := f.post("/v1/ballot", signed)
	require.NoError(t, err)
	r, err := box.ParseReceipt(receipt)
	require.NoError(t, err)
	require.Equal(t, uint64(4), r.Index)
	_, err = r.Verify(append([]byte{byte(box.Ballot)}, signed...), f.LogKey)
	require.NoError(t, err)
	state, err = f.get("/v1/code/" + d.Code().String())
	require.NoError(t, err)
	require.Equal(t, "cast 4\n", string(state))
}

// What was acknowledged once is acknowledged again, in the same words but for the
// checkpoint, by the box as it is and by the box after a restart and a closing.
func TestRetriesAreIdempotent(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3, same)
	v := votes(t, f.Election)
	promise, err := f.post("/v1/promise", v[0].Request)
	require.NoError(t, err)
	receipt, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	first, err := f.CheckReceipt(&v[0], receipt)
	require.NoError(t, err)
	again := func() {
		got, err := f.post("/v1/promise", v[0].Request)
		require.NoError(t, err)
		require.Equal(t, promise, got)
		for _, fetch := range []func() ([]byte, error){
			func() ([]byte, error) { return f.post("/v1/ballot", v[0].Ballot) },
			func() ([]byte, error) { return f.get("/v1/receipt/" + v[0].Code.String()) },
		} {
			receipt, err := fetch()
			require.NoError(t, err)
			index, err := f.CheckReceipt(&v[0], receipt)
			require.NoError(t, err)
			require.Equal(t, first, index)
		}
	}
	again()
	f.restart()
	again()
	_, err = f.post("/v1/ballot", v[1].Ballot)
	require.NoError(t, err)
	again()
	_, err = f.box.CloseVoting(t.Context())
	require.NoError(t, err)
	again()
	f.restart()
	again()
	_, err = f.post("/v1/ballot", v[2].Ballot)
	requireStatus(t, http.StatusGone, err)
	_, err = f.post("/v1/promise", v[2].Request)
	requireStatus(t, http.StatusGone, err)
	require.Equal(t, 2, f.box.Accepted())
}

func TestOneOfManyCopiesSentAtOnceIsLogged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	v := votes(t, f.Election)[0]
	answers := make(chan []byte)
	for range 40 {
		go func() {
			receipt, err := f.post("/v1/ballot", v.Ballot)
			if err != nil {
				receipt = []byte(err.Error())
			}
			answers <- receipt
		}()
	}
	for range 40 {
		index, err := f.CheckReceipt(&v, <-answers)
		require.NoError(t, err)
		require.Equal(t, uint64(3), index)
	}
	require.Equal(t, uint64(4), f.box.Size())
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, same)
	d, err := f.Draft(0, 1, ballot.Code{})
	require.NoError(t, err)
	body := d.Body()
	request, err := d.Request(f.Voters[0])
	require.NoError(t, err)
	o, err := d.Open()
	require.NoError(t, err)
	_, err = f.post("/v1/challenge", o.Bytes())
	requireStatus(t, http.StatusConflict, err) // not promised
	_, err = f.post("/v1/promise", request)
	require.NoError(t, err)

	forged := bytes.Clone(o.Bytes())
	forged[1+2+32+8+32+32] ^= 1 // the seed
	_, err = f.post("/v1/challenge", forged)
	requireStatus(t, http.StatusUnprocessableEntity, err)
	for range 2 {
		receipt, err := f.post("/v1/challenge", o.Bytes())
		require.NoError(t, err)
		r, err := box.ParseReceipt(receipt)
		require.NoError(t, err)
		require.Equal(t, uint64(4), r.Index)
		_, err = r.Verify(append([]byte{byte(box.Challenge)}, o.Bytes()...), f.LogKey)
		require.NoError(t, err)
	}
	state, err := f.get("/v1/code/" + o.Code.String())
	require.NoError(t, err)
	require.Equal(t, "challenged 4\n", string(state))
	_, err = f.get("/v1/receipt/" + o.Code.String())
	requireStatus(t, http.StatusNotFound, err) // there is no ballot

	key, err := proofs.ParseSigningKey(f.Voters[0].Bytes())
	require.NoError(t, err)
	_, err = f.post("/v1/ballot", append(body, key.Sign("ballot-signature", f.Fingerprint, o.Code[:])...))
	requireStatus(t, http.StatusConflict, err)
	f.restart()
	state, err = f.get("/v1/code/" + o.Code.String())
	require.NoError(t, err)
	require.Equal(t, "challenged 4\n", string(state))
}

func TestCastBallotIsNotChallenged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	d, err := f.Draft(0, 1, ballot.Code{})
	require.NoError(t, err)
	body := d.Body()
	request, err := d.Request(f.Voters[0])
	require.NoError(t, err)
	o, err := d.Open()
	require.NoError(t, err)
	key, err := proofs.ParseSigningKey(f.Voters[0].Bytes())
	require.NoError(t, err)
	_, err = f.post("/v1/promise", request)
	require.NoError(t, err)
	_, err = f.post("/v1/ballot", append(body, key.Sign("ballot-signature", f.Fingerprint, o.Code[:])...))
	require.NoError(t, err)
	_, err = f.post("/v1/challenge", o.Bytes())
	requireStatus(t, http.StatusConflict, err)
}

func TestWrongSubmissionsAreRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3, func(c *Config) { c.Limits.FaultsPerAddress = Rate{1, 1000} })
	v := votes(t, f.Election)
	_, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	strange := newElection(t, 1)
	other := votes(t, strange)[0]
	flip := func(b []byte, at int) []byte {
		out := bytes.Clone(b)
		out[(at+len(b))%len(b)] ^= 1
		return out
	}
	second, err := f.Draft(0, 1, ballot.Code{}) // another ballot with the same sequence number
	require.NoError(t, err)
	taken, err := second.Sign(f.Voters[0])
	require.NoError(t, err)
	far, err := f.Draft(1, 1<<40, ballot.Code{})
	require.NoError(t, err)
	tooFar, err := far.Sign(f.Voters[1])
	require.NoError(t, err)
	stolen := bytes.Clone(v[1].Request)
	mine := f.Voters[2].Key()
	copy(stolen[33:], mine[:])
	size := f.box.Size()
	for _, tc := range []struct {
		name, path string
		body       []byte
		status     int
	}{
		{"nothing", "/v1/ballot", nil, http.StatusBadRequest},
		{"one byte", "/v1/ballot", []byte{1}, http.StatusBadRequest},
		{"ballot of another version", "/v1/ballot", flip(v[1].Ballot, 0), http.StatusBadRequest},
		{"ballot of no style", "/v1/ballot", flip(v[1].Ballot, 2), http.StatusBadRequest},
		{"ballot of a stranger", "/v1/ballot", other.Ballot, http.StatusForbidden},
		{"ballot cut off", "/v1/ballot", v[1].Ballot[:len(v[1].Ballot)-1], http.StatusBadRequest},
		{"ballot extended", "/v1/ballot", append(bytes.Clone(v[1].Ballot), 0), http.StatusRequestEntityTooLarge},
		{"ballot with another signature", "/v1/ballot", flip(v[1].Ballot, -1), http.StatusUnprocessableEntity},
		{"ballot with another proof", "/v1/ballot", flip(v[1].Ballot, -100), http.StatusUnprocessableEntity},
		{"ballot with another ciphertext", "/v1/ballot", flip(v[1].Ballot, 100), http.StatusUnprocessableEntity},
		{"ballot with another sequence number", "/v1/ballot", flip(v[1].Ballot, 42), http.StatusUnprocessableEntity},
		{"ballot with the number of another", "/v1/ballot", taken, http.StatusConflict},
		{"ballot with a number far ahead", "/v1/ballot", tooFar, http.StatusConflict},
		{"request in the place of a ballot", "/v1/ballot", v[1].Request, http.StatusBadRequest},
		{"empty request", "/v1/promise", nil, http.StatusBadRequest},
		{"request of a stranger", "/v1/promise", other.Request, http.StatusForbidden},
		{"request with another signature", "/v1/promise", flip(v[1].Request, -1), http.StatusUnprocessableEntity},
		{"request in another's name", "/v1/promise", stolen, http.StatusUnprocessableEntity},
		{"request extended", "/v1/promise", append(bytes.Clone(v[1].Request), 0), http.StatusBadRequest},
		{"long request", "/v1/promise", make([]byte, maxRequest+1), http.StatusRequestEntityTooLarge},
		{"empty opening", "/v1/challenge", nil, http.StatusBadRequest},
		{"ballot as opening", "/v1/challenge", v[1].Ballot, http.StatusBadRequest},
		{"long opening", "/v1/challenge", make([]byte, maxOpening+1), http.StatusRequestEntityTooLarge},
		{"no such path", "/v1/vote", v[1].Ballot, http.StatusNotFound},
		{"path that is read", "/metrics", v[1].Ballot, http.StatusMethodNotAllowed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := f.post(tc.path, tc.body)
			requireStatus(t, tc.status, err)
		})
	}
	require.Equal(t, size, f.box.Size())
}

func TestCodePromisedToAnotherVoter(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, same)
	v := votes(t, f.Election)
	_, err := f.post("/v1/promise", v[0].Request)
	require.NoError(t, err)
	// The other voter asks, with a good signature, for the promise of the same code.
	mine := f.Voters[1].Key()
	b := bytes.Clone(v[0].Request[:73])
	copy(b[33:], mine[:])
	key, err := proofs.ParseSigningKey(f.Voters[1].Bytes())
	require.NoError(t, err)
	_, err = f.post("/v1/promise", append(b, key.Sign("promise-request", f.Fingerprint, b)...))
	requireStatus(t, http.StatusConflict, err)
}

func TestUnknownThingsAreNotFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	require.NoError(t, os.WriteFile(filepath.Join(f.Dir, "secret.txt"), []byte("x"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(f.Dir, "..", "mix-q-1.bin"), []byte("x"), 0o600))
	require.NoError(t, os.Symlink("../mix-q-1.bin", filepath.Join(f.Dir, "mix-q-1.bin")))
	none := ballot.Code{1}
	for path, status := range map[string]int{
		"/v1/receipt/" + none.String():     http.StatusNotFound,
		"/v1/code/" + none.String():        http.StatusNotFound,
		"/v1/receipt/abc":                  http.StatusBadRequest,
		"/v1/code/" + none.String() + "-a": http.StatusBadRequest,
		"/":                                http.StatusNotFound,
		"/secret.txt":                      http.StatusNotFound,
		"/mix-q-1.bin":                     http.StatusNotFound, // a link
		"/tally.bin":                       http.StatusNotFound, // not there yet
		"/..%2Fmix-q-1.bin":                http.StatusNotFound,
		"/log/":                            http.StatusNotFound,
		"/log/.state/treeState":            http.StatusNotFound,
		"/log/tile/0/000":                  http.StatusNotFound, // not full yet
		"/log/tile/0/000.p/200":            http.StatusNotFound,
		"/log/tile/0/000.p/256":            http.StatusNotFound,
		"/log/tile/0/00":                   http.StatusNotFound,
		"/log/tile/entries/001.p/1":        http.StatusNotFound,
		"/log/tile/63/000":                 http.StatusNotFound,
		"/log/tile/data/000":               http.StatusNotFound,
	} {
		_, err := f.get(path)
		requireStatus(t, status, err)
	}
}

func TestRecordIsServedAsItIs(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3, same)
	for _, v := range votes(t, f.Election) {
		_, err := f.post("/v1/ballot", v.Ballot)
		require.NoError(t, err)
	}
	for _, name := range []string{"manifest.json", "roll.bin", "ceremony.bin"} {
		want, err := os.ReadFile(filepath.Join(f.Dir, name))
		require.NoError(t, err)
		got, err := f.get("/" + name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	r := box.NewReader(webFS{f}, f.LogKey)
	c, err := r.Checkpoint()
	require.NoError(t, err)
	require.Equal(t, int64(6), c.Tree.N)
	ballots := 0
	require.NoError(t, r.Entries(c, func(_ uint64, entry []byte) error {
		if box.Kind(entry[0]) == box.Ballot {
			ballots++
		}
		return nil
	}))
	require.Equal(t, 3, ballots)
	_, err = r.Prove(c, 4)
	require.NoError(t, err)
}

func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, same)
	v := votes(t, f.Election)
	for range 2 {
		_, err := f.post("/v1/ballot", v[0].Ballot)
		require.NoError(t, err)
	}
	_, err := f.post("/v1/ballot", v[1].Ballot[1:])
	require.Error(t, err)
	ok, err := f.get("/healthz")
	require.NoError(t, err)
	require.Equal(t, "ok\n", string(ok))
	m, err := f.get("/metrics")
	require.NoError(t, err)
	for _, line := range []string{
		`veche_box_accepted_total{kind="ballot"} 1`, `veche_box_repeated_total 1`, `veche_box_refused_total{reason="malformed"} 1`,
		`veche_box_published_entries 4`, `veche_box_ballots 1`, `veche_box_waiting 0`,
	} {
		require.Contains(t, string(m), line+"\n")
	}
}

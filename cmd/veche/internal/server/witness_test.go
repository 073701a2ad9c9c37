package server

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot/box"
)

// witness is a server of c2sp.org/tlog-witness that signs whatever it is sent while it works.
type witness struct {
	key   string
	url   string
	works atomic.Bool
}

func newWitness(t *testing.T, name string) *witness {
	secret, key, err := note.GenerateKey(rand.Reader, name)
	require.NoError(t, err)
	signer, err := cosign.NewSignerForCosignatureV1(secret)
	require.NoError(t, err)
	w := new(witness)
	w.works.Store(true)
	w.key, err = cosign.VKeyToCosignatureV1(key)
	require.NoError(t, err)
	s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !w.works.Load() {
			http.Error(out, "", http.StatusInternalServerError)
			return
		}
		_, checkpoint, _ := bytes.Cut(body, []byte("\n\n"))
		text, _, _ := bytes.Cut(checkpoint, []byte("\n\n"))
		signed, err := note.Sign(&note.Note{Text: string(text) + "\n"}, signer)
		if err == nil {
			_, signatures, _ := bytes.Cut(signed, []byte("\n\n"))
			out.Write(signatures)
		}
	}))
	t.Cleanup(s.Close)
	w.url = s.URL
	return w
}

func TestWitnessesCosignCheckpoints(t *testing.T) {
	t.Parallel()
	first, second := newWitness(t, "w1.example"), newWitness(t, "w2.example")
	second.works.Store(false)
	policy := fmt.Sprintf("witness w1 %s %s\nwitness w2 %s %s\ngroup both any w1 w2\nquorum both\n", first.key, first.url, second.key, second.url)
	f := newFixture(t, 2, func(c *Config) { c.Witnesses = []byte(policy) })
	v := votes(t, f.Election)
	receipt, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	r, err := box.ParseReceipt(receipt)
	require.NoError(t, err)
	c, err := box.ParseCheckpoint(r.Checkpoint, f.LogKey)
	require.NoError(t, err)
	n, err := c.Cosigned([]string{first.key, second.key})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// While the policy is not satisfied nothing is acknowledged, and when it is again, what
// was accepted meanwhile is.
func TestNoReceiptWithoutWitnesses(t *testing.T) {
	t.Parallel()
	w := newWitness(t, "w.example")
	f := newFixture(t, 2, func(c *Config) {
		c.Witnesses = fmt.Appendf(nil, "witness w %s %s\nquorum w\n", w.key, w.url)
		c.Limits.Respond = 2e9
	})
	v := votes(t, f.Election)
	_, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	w.works.Store(false)
	_, err = f.post("/v1/ballot", v[1].Ballot)
	requireStatus(t, http.StatusServiceUnavailable, err)
	w.works.Store(true)
	soon(t, func() bool { _, err = f.post("/v1/ballot", v[1].Ballot); return err == nil })
	require.Equal(t, uint64(5), f.box.Size())
}

func TestPoliciesThatAreNone(t *testing.T) {
	t.Parallel()
	e := newElection(t, 1)
	for _, policy := range []string{"", "quorum nobody\n", "witness w key http://a\nquorum w\n", strings.Repeat("x", 100)} {
		c := configOf(t, e)
		c.Witnesses = []byte(policy)
		_, err := Open(t.Context(), c)
		require.ErrorContains(t, err, "policy of witnesses")
	}
}

package trial

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"veche.example/ballot/box"
)

// Crowd is how voters come to a box.
type Crowd struct {
	URL      string // of the box, without a slash at the end
	Clients  int    // that send at once, each one vote after the other
	Promises bool   // ask for the promise before the ballot
	// Watch, if not nil, is called after every receipt with how many there were.
	Watch func(accepted int)
}

// Figures are what a crowd has seen.
type Figures struct {
	Accepted  int             // ballots with a receipt
	Refused   map[string]int  // answers without one
	Took      time.Duration   // from the first vote to the last
	Latencies []time.Duration // of the accepted, from the first byte sent to the receipt, ascending
	Receipts  [][]byte        // of each vote, nil without one
}

// PerSecond returns the number of accepted ballots in a second.
func (f *Figures) PerSecond() float64 { return float64(f.Accepted) / f.Took.Seconds() }

// Quantile returns the latency that the part q of the accepted ballots did not exceed.
func (f *Figures) Quantile(q float64) time.Duration {
	if len(f.Latencies) == 0 {
		return 0
	}
	return f.Latencies[min(len(f.Latencies)-1, int(q*float64(len(f.Latencies))))]
}

// Cast casts all votes, and returns when all were answered or ctx ends.
func (c *Crowd) Cast(ctx context.Context, votes []Vote) *Figures {
	f := &Figures{Refused: map[string]int{}, Receipts: make([][]byte, len(votes))}
	client := Client(c.Clients)
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var mu sync.Mutex
	var all sync.WaitGroup
	start := time.Now()
	for range c.Clients {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(votes) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				began := time.Now()
				receipt, err := c.cast(ctx, client, &votes[i])
				mu.Lock()
				if err != nil {
					f.Refused[err.Error()]++
				} else {
					f.Receipts[i] = receipt
					f.Accepted++
					f.Latencies = append(f.Latencies, time.Since(began))
				}
				if err == nil && c.Watch != nil {
					c.Watch(f.Accepted)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	f.Took = time.Since(start)
	slices.Sort(f.Latencies)
	return f
}

func (c *Crowd) cast(ctx context.Context, client *http.Client, v *Vote) ([]byte, error) {
	if c.Promises {
		if _, err := Post(ctx, client, c.URL+"/v1/promise", v.Request); err != nil {
			return nil, err
		}
	}
	return Post(ctx, client, c.URL+"/v1/ballot", v.Ballot)
}

// Client returns an HTTP client that keeps a connection for every sender.
func Client(senders int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders, MaxIdleConns: senders}}
}

// Post sends a body and returns what a status of 200 came with; another one is an error.
func Post(ctx context.Context, client *http.Client, url string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return do(client, r)
}

// Get fetches what is at a URL.
func Get(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return do(client, r)
}

// StatusError is an answer that is no success.
type StatusError struct {
	Status int
	Text   string
}

// Error returns the answer.
func (e *StatusError) Error() string { return fmt.Sprintf("%d: %s", e.Status, e.Text) }

func do(client *http.Client, r *http.Request) ([]byte, error) {
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, &StatusError{response.StatusCode, string(bytes.TrimSpace(body))}
	}
	return body, nil
}

// CheckReceipt verifies a vote's receipt and returns the index of its entry.
func (t *Election) CheckReceipt(v *Vote, receipt []byte) (index uint64, err error) {
	r, err := box.ParseReceipt(receipt)
	if err != nil {
		return 0, err
	}
	_, err = r.Verify(append([]byte{byte(box.Ballot)}, v.Ballot...), t.LogKey)
	return r.Index, err
}

package server

import (
	"fmt"
	"io"
	"sync/atomic"

	"veche.example/ballot/box"
)

// metrics are counters since the start. None is about a single voter or address.
type metrics struct {
	accepted [box.Result + 1]atomic.Uint64 // by kind, new entries
	repeated atomic.Uint64                 // sent again, and answered as before
	refused  [reasons]atomic.Uint64
	requests atomic.Uint64
}

// write writes the metrics in the text format of Prometheus.
func (b *Box) writeMetrics(w io.Writer) {
	m := &b.metrics
	head := func(name, kind, help string) {
		fmt.Fprintf(w, "# HELP veche_box_%s %s\n# TYPE veche_box_%s %s\n", name, help, name, kind)
	}
	head("accepted_total", "counter", "New entries that were acknowledged.")
	for _, kind := range []box.Kind{box.Promise, box.Ballot, box.Challenge} {
		fmt.Fprintf(w, "veche_box_accepted_total{kind=%q} %d\n", kind, m.accepted[kind].Load())
	}
	head("repeated_total", "counter", "Submissions that were in the log already.")
	fmt.Fprintf(w, "veche_box_repeated_total %d\n", m.repeated.Load())
	head("refused_total", "counter", "Submissions that were refused.")
	for i := range m.refused {
		fmt.Fprintf(w, "veche_box_refused_total{reason=%q} %d\n", reasonNames[i], m.refused[i].Load())
	}
	head("requests_total", "counter", "Requests of any kind.")
	fmt.Fprintf(w, "veche_box_requests_total %d\n", m.requests.Load())
	head("waiting", "gauge", "Submissions that wait to be verified.")
	fmt.Fprintf(w, "veche_box_waiting %d\n", b.ballots.len()+b.requests.len()+b.openings.len())
	head("log_entries", "gauge", "Entries that were decided.")
	fmt.Fprintf(w, "veche_box_log_entries %d\n", b.Size())
	head("published_entries", "gauge", "Entries that the last checkpoint covers.")
	fmt.Fprintf(w, "veche_box_published_entries %d\n", b.log.size())
	head("ballots", "gauge", "Accepted ballots, those that were replaced included.")
	fmt.Fprintf(w, "veche_box_ballots %d\n", b.Accepted())
}

package measure

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkBox casts b.N ballots of eleven options, and fewer than 2000 never.
func BenchmarkBox(b *testing.B) {
	for _, promises := range []bool{false, true} {
		name := "ballots"
		if promises {
			name = "promises-and-ballots"
		}
		b.Run(name, func(b *testing.B) {
			r, err := Box(b.Context(), b.TempDir(), Load{Ballots: max(b.N, 2000), Options: 11, Clients: 200, Promises: promises})
			require.NoError(b, err)
			b.ReportMetric(r.PerSecond, "ballots/s")
			b.ReportMetric(r.P99.Seconds()*1000, "p99-ms")
			b.ReportMetric(r.Median.Seconds()*1000, "median-ms")
			b.ReportMetric(float64(r.Memory)/1e6, "MB")
			b.ReportMetric(float64(r.Accepted)/r.Replay.Seconds(), "replayed/s")
			b.ReportMetric(float64(r.Entry), "bytes/ballot")
		})
	}
}

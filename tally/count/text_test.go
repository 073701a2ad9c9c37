package count

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecimals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, d uint64
		want string
	}{
		{0, 7, "0"}, {1, 1, "1"}, {1, 2, "0.5"}, {1, 8, "0.125"}, {1, 16, "0.062…"}, {2, 3, "0.666…"},
		{1, 3000, "0.000…"}, {1050, 25, "42"}, {6723, 80, "84.037…"}, {1<<64 - 1, 1, "18446744073709551615"},
	} {
		require.Equal(t, c.want, decimal(number(c.n), number(c.d)))
	}
	for _, c := range []struct {
		n, d uint64
		want string
	}{
		{2, 1, "1.414…"}, {9, 4, "1.5"}, {4, 1, "2"}, {1, 2, "0.707…"}, {1, 3_000_000, "0.000…"}, {1_000_002, 1, "1000.000…"},
	} {
		require.Equal(t, c.want, decimalRoot(number(c.n), number(c.d)))
	}
}

func TestTextOfQuotients(t *testing.T) {
	t.Parallel()
	for d, want := range map[Divisor][3]string{
		DHondt:              {"1 = 1000", "2 = 500", "3 = 333.333…"},
		SainteLague:         {"1 = 1000", "3 = 333.333…", "5 = 200"},
		ModifiedSainteLague: {"1.4 = 714.285…", "3 = 333.333…", "5 = 200"},
		Adams:               {"0 is infinite", "1 = 1000", "2 = 500"},
		HuntingtonHill:      {"0 is infinite", "√(1·2) = 707.106…", "√(2·3) = 408.248…"},
		Danish:              {"1 = 1000", "4 = 250", "7 = 142.857…"},
	} {
		for s, text := range want {
			require.Equal(t, text, d.quotient(1000, uint64(s)), "%s, %d seats", d, s)
		}
	}
}

func TestTextOfATie(t *testing.T) {
	t.Parallel()
	lists := []Tally{{"bears", 30}, {"cats", 70}, {"dogs", 2}}
	rule := remainders(Droop, QualifiedVotes).over(Threshold{1, 20, AllBallots})
	a, err := Allocate(rule.by(Report), 4, 110, lists, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, `4 seats, 110 ballots, 102 votes for 3 lists.
Rule: largest-remainder, quota droop of qualified-votes, ties report.

Threshold: 1/20 of 110 all-ballots = 5.5; it takes 6 votes to qualify.
  bears  30 qualifies
  cats   70 qualifies
  dogs    2 is 4 short
2 of 3 lists qualify, with 100 votes.

Quota: 100/5 rounded down, plus 1, = 21 votes.
  bears  30 × 1 = 1 × 21 + 9
  cats   70 × 1 = 3 × 21 + 7
4 seats for full quotas, none left over.

Seats:
  bears  1
  cats   3
  dogs   0
`, a.Text())

	r, err := Elect([]Tally{{"yes", 12}, {"no", 12}, {"later", 3}}, 1, Draw, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, `The 1 highest of 3 totals:
  yes    12, rank 1
  no     12, rank 1 elected
  later   3, rank 3

Tie: yes, no are equal in votes, and 1 of the 2 can have a seat.
  yes    lot b52f0997fccc4b066fc9aaafe4336dd9e1dcc8aa18fa75d07a8a88378a7dcfe4
  no     lot 6f63843dd649ce901a3010cfed19254a234166cdc67a8f83e69f85c65346ef04
By rule draw: no.
`, r.Text())
}

package count

import (
	"bytes"
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	allQuotas   = []Quota{Hare, Droop, HagenbachBischoff}
	allBases    = []Base{AllVotes, QualifiedVotes}
	allDivisors = []Divisor{DHondt, SainteLague, ModifiedSainteLague, Adams, HuntingtonHill, Danish}
	allTies     = []TieBreak{Report, Draw, ListedOrder, MoreVotes}
)

// drawRule draws any valid rule.
func drawRule(t *rapid.T) Rule {
	rule := averages(rapid.SampledFrom(allDivisors).Draw(t, "divisor"))
	if rapid.Bool().Draw(t, "remainder") {
		rule = remainders(rapid.SampledFrom(allQuotas).Draw(t, "quota"), rapid.SampledFrom(allBases).Draw(t, "base"))
	}
	if rapid.Bool().Draw(t, "with threshold") {
		rule.Threshold = Threshold{rapid.Uint64Range(1, 20).Draw(t, "percent"), 100,
			rapid.SampledFrom([]ThresholdBase{AllBallots, ValidVotes}).Draw(t, "threshold base")}
	}
	return rule.by(rapid.SampledFrom(allTies).Draw(t, "ties"))
}

// drawLists draws lists with votes that tie often, and at least one vote.
func drawLists(t *rapid.T) []Tally {
	votes := rapid.OneOf(rapid.Uint64Range(0, 6), rapid.Uint64Range(0, 200), rapid.Uint64Range(0, 1<<50))
	all := rapid.SliceOfN(votes, 1, 12).Draw(t, "votes")
	lists := make([]Tally, len(all))
	for i, v := range all {
		lists[i] = Tally{"list" + strconv.Itoa(i), v}
	}
	lists[0].Votes++
	return lists
}

// draw draws an input that somebody qualifies for, and allocates it.
func draw(t *rapid.T) (*Allocation, []Tally) {
	return drawWith(t, drawRule(t))
}

func drawWith(t *rapid.T, rule Rule) (*Allocation, []Tally) {
	lists := drawLists(t)
	seats := rapid.IntRange(1, 60).Draw(t, "seats")
	var ballots uint64
	for _, l := range lists {
		ballots += l.Votes
	}
	ballots += rapid.Uint64Range(0, 3).Draw(t, "blank")
	a, err := Allocate(rule, seats, ballots, lists, [32]byte{1})
	if err != nil {
		require.ErrorIs(t, err, ErrNoList)
		t.Skip("nobody qualifies")
	}
	return a, lists
}

func TestSeatsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, _ := draw(t)
		require.Equal(t, a.House, a.given()+a.Undecided)
		require.Equal(t, a.Undecided > 0, a.Tie != nil && len(a.Tie.Open) > 0)
		if a.Tie != nil {
			require.Equal(t, a.Tie.Seats-len(a.Tie.Won), a.Undecided)
			require.Less(t, a.Tie.Seats, len(a.Tie.Between))
			require.Positive(t, a.Tie.Seats)
		}
		for i, l := range a.Lists {
			require.GreaterOrEqual(t, a.Seats[i], 0)
			require.True(t, l.Qualified || a.Seats[i] == 0)
			require.True(t, l.Votes > 0 || a.Seats[i] == 0)
			if l.Qualified && a.Rule.Method == LargestRemainder {
				votes := new(big.Int).Mul(number(l.Votes), number(a.Quota.Denominator))
				parts := new(big.Int).Mul(number(uint64(l.Full)), number(a.Quota.Numerator))
				require.Equal(t, votes.String(), parts.Add(parts, number(l.Remainder)).String())
				require.LessOrEqual(t, l.Full, a.Seats[i])
			}
		}
	})
}

// more reports whether a list of v votes and s seats has a higher claim to its
// next seat than one of w votes had to the last of its r seats: 1, 0 or -1. It
// uses no code of the package: rationals, and squares for Huntington–Hill.
func more(d Divisor, v uint64, s int, w uint64, r int) int {
	n, dn := highest(d, v, s)
	m, dm := highest(d, w, r-1)
	if dn.Sign() == 0 || dm.Sign() == 0 {
		if dn.Sign() == dm.Sign() {
			return n.Cmp(m)
		}
		return cmp.Compare(dm.Sign(), dn.Sign())
	}
	return new(big.Rat).SetFrac(n, dn).Cmp(new(big.Rat).SetFrac(m, dm))
}

func highest(d Divisor, votes uint64, s int) (n, dn *big.Int) {
	v, k := new(big.Int).SetUint64(votes), int64(s)
	switch d {
	case HuntingtonHill:
		return v.Mul(v, v), big.NewInt(k * (k + 1))
	case ModifiedSainteLague:
		if k == 0 {
			return v.Mul(v, big.NewInt(10)), big.NewInt(14)
		}
		return v, big.NewInt(2*k + 1)
	}
	divisor := map[Divisor]int64{DHondt: k + 1, SainteLague: 2*k + 1, Adams: k, Danish: 3*k + 1}
	return v, big.NewInt(divisor[d])
}

// A divisor method is characterised by the min–max inequality: nobody's next
// quotient is higher than anybody's last (Balinski and Young, Fair Representation,
// appendix A).
func TestDivisorMethodsSatisfyMinMax(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := averages(rapid.SampledFrom(allDivisors).Draw(t, "divisor"))
		a, _ := drawWith(t, rule.by(rapid.SampledFrom(allTies).Draw(t, "ties")))
		for i, l := range a.Lists {
			for j, m := range a.Lists {
				if l.Qualified && a.Seats[j] > 0 {
					require.LessOrEqual(t, more(rule.Divisor, l.Votes, a.Seats[i], m.Votes, a.Seats[j]), 0, "%s, %s", l.ID, m.ID)
				}
			}
		}
	})
}

// D'Hondt by brute force: all quotients sorted, the highest taken.
func TestDHondtByBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, lists := drawWith(t, averages(DHondt).by(ListedOrder))
		type quotient struct {
			list  int
			value *big.Rat
		}
		var all []quotient
		for i, l := range lists {
			for k := 1; k <= a.House && l.Votes > 0; k++ {
				value := new(big.Rat).SetFrac(new(big.Int).SetUint64(l.Votes), big.NewInt(int64(k)))
				all = append(all, quotient{i, value})
			}
		}
		slices.SortStableFunc(all, func(p, q quotient) int { return q.value.Cmp(p.value) })
		want := make([]int, len(lists))
		for _, q := range all[:a.House] {
			want[q.list]++
		}
		require.Equal(t, want, a.Seats)
	})
}

// Largest remainder by brute force: full quotas as rationals, then always the list
// with the most votes left over after its seats.
func TestLargestRemainderByBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := remainders(rapid.SampledFrom(allQuotas).Draw(t, "quota"), rapid.SampledFrom(allBases).Draw(t, "base"))
		a, lists := drawWith(t, rule.by(ListedOrder).over(Threshold{rapid.Uint64Range(1, 20).Draw(t, "percent"), 100, ValidVotes}))
		rat := func(v uint64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).SetUint64(v)) }
		base := rat(a.Votes)
		if rule.Base == QualifiedVotes {
			base = rat(a.Qualified)
		}
		divide := rat(uint64(a.House))
		if rule.Quota != Hare {
			divide = rat(uint64(a.House) + 1)
		}
		quota := new(big.Rat).Quo(base, divide)
		if rule.Quota == Droop {
			floor := new(big.Int).Quo(quota.Num(), quota.Denom())
			quota.SetInt(floor.Add(floor, big.NewInt(1)))
		}
		want, left := make([]int, len(lists)), make([]*big.Rat, len(lists))
		total := 0
		for i, l := range lists {
			left[i] = rat(l.Votes)
			for a.Lists[i].Qualified && left[i].Cmp(quota) >= 0 {
				left[i].Sub(left[i], quota)
				want[i]++
				total++
			}
		}
		for ; total < a.House; total++ {
			best := -1
			for i := range lists {
				if a.Lists[i].Qualified && (best < 0 || left[i].Cmp(left[best]) > 0) {
					best = i
				}
			}
			left[best].Sub(left[best], quota)
			want[best]++
		}
		if total > a.House { // Hagenbach-Bischoff, all even: the last listed goes without
			last := len(lists) - 1
			for !a.Lists[last].Qualified {
				last--
			}
			want[last]--
		}
		require.Equal(t, want, a.Seats)
	})
}

// Hare of qualified votes stays within the quota: every list gets its share of the
// seats rounded down or up.
func TestHareStaysWithinQuota(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, _ := drawWith(t, remainders(Hare, QualifiedVotes).by(rapid.SampledFrom(allTies).Draw(t, "ties")))
		for i, l := range a.Lists {
			share := new(big.Int).Mul(new(big.Int).SetUint64(l.Votes), big.NewInt(int64(a.House)))
			floor, rest := share.QuoRem(share, new(big.Int).SetUint64(a.Qualified), new(big.Int))
			low := int(floor.Int64())
			high := low + rest.Sign()
			require.True(t, !l.Qualified || low <= a.Seats[i] && a.Seats[i] <= high, "%s: %d seats, %d to %d", l.ID, a.Seats[i], low, high)
		}
	})
}

// Divisor methods never take a seat away when the house grows. (Largest remainder
// does: TestAlabamaParadox.)
func TestDivisorMethodsAreHouseMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := averages(rapid.SampledFrom(allDivisors).Draw(t, "divisor")).by(ListedOrder)
		lists, seats := drawLists(t), rapid.IntRange(1, 60).Draw(t, "seats")
		small, large := allocate(t, rule, seats, lists), allocate(t, rule, seats+1, lists)
		for i := range lists {
			require.LessOrEqual(t, small.Seats[i], large.Seats[i])
		}
	})
}

// The order of the lists matters under no tie rule but listed-order.
func TestOrderOfListsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		if rule.Ties == ListedOrder {
			rule.Ties = Draw
		}
		a, lists := drawWith(t, rule)
		shuffled := rapid.Permutation(lists).Draw(t, "order")
		b, err := Allocate(rule, a.House, a.Ballots, shuffled, [32]byte{1})
		require.NoError(t, err)
		require.Equal(t, a.Undecided, b.Undecided)
		seats := map[string]int{}
		for i, l := range a.Lists {
			seats[l.ID] = a.Seats[i]
		}
		for i, l := range b.Lists {
			require.Equal(t, seats[l.ID], b.Seats[i], l.ID)
		}
	})
}

// Multiplying all ballots and votes by one number changes nothing. Droop is no
// fraction of the votes and is left out.
func TestScaleDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		if rule.Quota == Droop {
			rule.Quota = HagenbachBischoff
		}
		a, lists := drawWith(t, rule)
		factor := rapid.Uint64Range(2, 1000).Draw(t, "factor")
		for i := range lists {
			lists[i].Votes *= factor
		}
		b, err := Allocate(rule, a.House, a.Ballots*factor, lists, [32]byte{1})
		require.NoError(t, err)
		for i := range lists {
			if a.Lists[i].Qualified != b.Lists[i].Qualified {
				return // one vote is needed at any scale, so a tiny threshold may let a list in
			}
		}
		require.Equal(t, a.Seats, b.Seats)
	})
}

// A list with more votes than another never has fewer seats, in any rule, when
// ties go to more votes.
func TestMoreVotesAreWorthNoLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, _ := drawWith(t, drawRule(t).by(MoreVotes))
		for i, l := range a.Lists {
			for j, m := range a.Lists {
				if l.Votes > m.Votes {
					require.GreaterOrEqual(t, a.Seats[i], a.Seats[j], "%s, %s", l.ID, m.ID)
				}
			}
		}
	})
}

func TestSameInputSameWorking(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, lists := draw(t)
		b, err := Allocate(a.Rule, a.House, a.Ballots, lists, [32]byte{1})
		require.NoError(t, err)
		require.Equal(t, a, b)
		require.Equal(t, a.Text(), b.Text())
	})
}

func TestElectTakesTheHighest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		totals := drawLists(t)
		seats := rapid.IntRange(1, len(totals)).Draw(t, "seats")
		r, err := Elect(totals, seats, rapid.SampledFrom(allTies).Draw(t, "ties"), [32]byte{2})
		require.NoError(t, err)
		open := 0
		if r.Tie != nil {
			open = r.Tie.Seats - len(r.Tie.Won)
			require.Equal(t, open > 0, len(r.Tie.Open) > 0)
		}
		require.Len(t, r.Elected(), seats-open)
		for k := 1; k < len(r.Places); k++ {
			p, q := r.Places[k-1], r.Places[k]
			require.GreaterOrEqual(t, p.Votes, q.Votes)
			require.True(t, p.Votes == q.Votes || p.Elected || !q.Elected)
		}
	})
}

// FuzzAllocate reads a rule, seats and votes from bytes: nothing panics, seats add
// up and stay with lists that have votes.
func FuzzAllocate(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 5, 3, 100, 1, 9, 8, 7})
	f.Add([]byte{1, 0, 0, 4, 1, 200, 0, 0, 0, 255, 255, 255})
	f.Add([]byte{0, 2, 1, 0, 3, 2, 1, 5, 0, 10, 10, 10})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 9 {
			return
		}
		rule, seats := readRule(data), int(data[5])
		lists := readLists(data[9:])
		var ballots uint64
		for _, l := range lists {
			ballots += l.Votes
		}
		a, err := Allocate(rule, seats, ballots, lists, [32]byte{data[8]})
		if err != nil {
			require.Nil(t, a)
			return
		}
		require.Equal(t, seats, a.given()+a.Undecided)
		for i, l := range a.Lists {
			require.True(t, a.Seats[i] >= 0 && (a.Seats[i] == 0 || l.Votes > 0))
		}
		require.NotEmpty(t, a.Text())
	})
}

func readRule(data []byte) Rule {
	rule := averages(allDivisors[int(data[3])%len(allDivisors)])
	if data[0]%2 == 0 {
		rule = remainders(allQuotas[int(data[1])%len(allQuotas)], allBases[int(data[2])%2])
	}
	rule.Ties = allTies[int(data[4])%len(allTies)]
	if data[7] > 0 {
		rule.Threshold = Threshold{uint64(data[6]), uint64(data[7]), []ThresholdBase{AllBallots, ValidVotes}[data[8]%2]}
	}
	return rule
}

// readLists makes a list of every two bytes, with votes up to 2^63.
func readLists(data []byte) []Tally {
	var lists []Tally
	for pair := range slices.Chunk(bytes.Clone(data), 2) {
		votes := uint64(pair[0])
		if len(pair) == 2 {
			votes <<= pair[1] % 56
		}
		lists = append(lists, Tally{strconv.Itoa(len(lists)), votes})
	}
	return lists
}

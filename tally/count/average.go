package count

import (
	"container/heap"
	"math/big"
)

// highestAverages gives the seats one by one to the list with the highest
// quotient of votes and divisor (equations H1 and H2). Equal quotients all get
// their seat while there are seats for all of them, so their order is no matter.
func (a *Allocation) highestAverages(seed [32]byte) {
	q := &queue{}
	for _, i := range a.qualified() {
		*q = append(*q, a.claim(i))
	}
	heap.Init(q)
	for left := a.House; left > 0; {
		group := q.popEquals()
		if len(group) > left {
			a.awardTied(group, left, contextAverage, seed)
			return
		}
		a.award(group)
		left -= len(group)
		for _, i := range group {
			heap.Push(q, a.claim(i))
		}
	}
}

// claim is a list's claim to its next seat: the number votes/divisor, or its
// square for HuntingtonHill, as an exact fraction. A divisor of 0 is infinitely
// high.
type claim struct {
	list               int
	numerator, divisor *big.Int
}

func (a *Allocation) claim(i int) claim {
	votes := a.Lists[i].Votes
	n, d := new(big.Int).SetUint64(votes), new(big.Int)
	if a.Rule.Divisor == HuntingtonHill {
		n.Mul(n, n)
	}
	d.SetUint64(a.Rule.Divisor.scaled(uint64(a.Seats[i])))
	return claim{list: i, numerator: n, divisor: d}
}

// scaled is the divisor d(s) for a list that holds s seats: five times d(s) for
// ModifiedSainteLague, d(s)² for HuntingtonHill (equation H1).
func (d Divisor) scaled(s uint64) uint64 {
	switch d {
	case DHondt:
		return s + 1
	case SainteLague:
		return 2*s + 1
	case ModifiedSainteLague:
		if s == 0 {
			return 7
		}
		return 5 * (2*s + 1)
	case Adams:
		return s
	case HuntingtonHill:
		return s * (s + 1)
	default:
		return 3*s + 1
	}
}

// cmp compares two claims exactly, by cross-multiplication. Between two infinite
// ones the more votes are the higher (Balinski and Young, Fair Representation,
// appendix A: p/0 > q/0 when p > q).
func (c claim) cmp(o claim) int {
	if c.divisor.Sign() == 0 && o.divisor.Sign() == 0 {
		return c.numerator.Cmp(o.numerator)
	}
	var left, right big.Int
	return left.Mul(c.numerator, o.divisor).Cmp(right.Mul(o.numerator, c.divisor))
}

// queue is a heap of claims, the highest first, equals in listed order.
type queue []claim

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(c any)   { *q = append(*q, c.(claim)) }

func (q queue) Less(i, j int) bool {
	if c := q[i].cmp(q[j]); c != 0 {
		return c > 0
	}
	return q[i].list < q[j].list
}

func (q *queue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	*q = (*q)[:last]
	return c
}

// popEquals removes the highest claim and all its equals and returns their lists.
func (q *queue) popEquals() []int {
	top := heap.Pop(q).(claim)
	group := []int{top.list}
	for q.Len() > 0 && (*q)[0].cmp(top) == 0 {
		group = append(group, heap.Pop(q).(claim).list)
	}
	return group
}

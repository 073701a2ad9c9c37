package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"veche.example/ballot"
	"veche.example/examples/internal/demo"
	"veche.example/tally/count"
)

// candidates stand for the board and for president alike.
var candidates = []ballot.Option{
	{ID: "alder", Name: "Ada Alder"}, {ID: "birch", Name: "Bruno Birch"}, {ID: "cedar", Name: "Clara Cedar"},
	{ID: "dogwood", Name: "Dora Dogwood"}, {ID: "elm", Name: "Emil Elm"}, {ID: "fir", Name: "Fanny Fir"},
	{ID: "ginkgo", Name: "Gustav Ginkgo"}, {ID: "hazel", Name: "Hanna Hazel"}, {ID: "ivy", Name: "Ivo Ivy"},
	{ID: "juniper", Name: "Jana Juniper"},
}

// plan is who votes for what and when. The first voters have modified clients and are no
// part of it.
type plan struct {
	visits []demo.Visit
	votes  map[int][]int // of each voter the ranking that counts: indices of candidates, best first
}

// voters returns how many there are in all.
func (p *plan) voters() int { return len(spoiled) + len(p.votes) }

// newPlan draws opinions and lets everybody vote: one voter in 25 comes twice and changes
// the vote, one in 100 challenges the device.
func newPlan(seed uint64, voters int) *plan {
	r := rand.New(rand.NewPCG(seed, 1817))
	m := newModel(r)
	p := &plan{votes: map[int][]int{}}
	var first, second []demo.Visit
	for voter := len(spoiled); voter < voters; voter++ {
		v := demo.Visit{Voter: voter, Sequence: 1}
		if voter%100 == 7 {
			v.Challenged = choices(m.ranking(r))
		}
		p.votes[voter] = m.ranking(r)
		v.Choices = choices(p.votes[voter])
		if voter%25 == 4 {
			again := demo.Visit{Voter: voter, Sequence: 2, Choices: v.Choices}
			v.Choices = choices(m.ranking(r))
			second = append(second, again)
		}
		first = append(first, v)
	}
	r.Shuffle(len(first), func(i, j int) { first[i], first[j] = first[j], first[i] })
	p.visits = append(first, second...)
	return p
}

func choices(ranking []int) ballot.Choices {
	var ids []string
	for _, c := range ranking {
		ids = append(ids, candidates[c].ID)
	}
	return ballot.Choices{contestID: {Ranking: ids}}
}

// model is opinions as points on a plane. Members belong to schools of unequal size and
// think more or less alike.
type model struct {
	schools, candidates []point
}

type point struct{ x, y float64 }

func (p point) near(r *rand.Rand, σ float64) point {
	return point{p.x + σ*r.NormFloat64(), p.y + σ*r.NormFloat64()}
}

func newModel(r *rand.Rand) *model {
	m := &model{schools: make([]point, 4), candidates: make([]point, len(candidates))}
	for i := range m.schools {
		m.schools[i] = point{r.Float64(), r.Float64()}
	}
	for i := range m.candidates {
		m.candidates[i] = m.schools[i%len(m.schools)].near(r, 0.2)
	}
	return m
}

// ranking is what a voter thinks: the nearer a candidate, the better, give or take what
// the voter knows about the person. One in two ranks everybody, one in 100 nobody.
func (m *model) ranking(r *rand.Rand) []int {
	school := min(r.IntN(len(m.schools)), r.IntN(len(m.schools)))
	voter, n := m.schools[school].near(r, 0.25), len(m.candidates)
	distance, order := make([]float64, n), make([]int, n)
	for i, c := range m.candidates {
		distance[i], order[i] = math.Hypot(c.x-voter.x, c.y-voter.y)+0.1*r.NormFloat64(), i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(distance[a], distance[b]) })
	switch {
	case r.IntN(100) == 0:
		return nil
	case r.IntN(2) == 0:
		return order[:1+r.IntN(n)]
	}
	return order
}

// compare returns an error unless the votes that were decrypted are those that were cast.
func (p *plan) compare(decrypted *count.Ranked) error {
	cast, found := map[string]uint64{}, map[string]uint64{}
	for _, ranking := range p.votes {
		cast[fmt.Sprint(ranking)]++
	}
	for _, b := range decrypted.Ballots {
		found[fmt.Sprint(slices.Concat(b.Ranks...))] += b.Count
	}
	if !maps.Equal(cast, found) {
		return errors.New("the votes that were decrypted are not those that were cast")
	}
	return nil
}

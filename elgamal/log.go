package elgamal

import (
	"fmt"
	"math"

	"veche.example/elgamal/group"
)

// MaxLog is the exclusive limit of discrete logarithms that can be searched.
const MaxLog = 1 << 40

// logStep is the number of points that share one inversion during a search.
const logStep = 256

// LogTable finds discrete logarithms from 0 to a bound, by baby steps and giant
// steps (Shanks 1971). A baby step serves j and -j, so that a search takes about
// √(2·bound) additions. Its inputs are public totals: variable time.
type LogTable struct {
	bound  uint64
	m      uint64 // the baby steps are -m..m
	baby   map[[16]byte]uint32
	stride *group.Affine // (2m+1) G
}

// NewLogTable prepares searches from 0 to bound, below MaxLog. It takes √(bound/2)
// additions, at most 741,456, and some 30 bytes for each.
func NewLogTable(bound uint64) (*LogTable, error) {
	if bound >= MaxLog {
		return nil, fmt.Errorf("elgamal: discrete logarithms up to %d cannot be searched, the limit is 2^40: lower the weights or the scores", bound)
	}
	m := uint64(math.Sqrt(float64(bound)/2)) + 1
	t := &LogTable{bound: bound, m: m, baby: make(map[[16]byte]uint32, m+1)}
	g := &group.Affines([]group.Element{*group.Generator()})[0]
	p := group.NewElement()
	for at := uint64(0); at <= m; at += logStep {
		t.addBaby(p, g, at, min(logStep, m+1-at))
	}
	s := group.NewScalar().SetUint64(2*m + 1)
	t.stride = &group.Affines([]group.Element{*group.NewElement().ScalarBaseMult(s)})[0]
	return t, nil
}

// addBaby stores p = at·G and its n-1 successors, and leaves p behind them.
func (t *LogTable) addBaby(p *group.Element, g *group.Affine, at, n uint64) {
	points := make([]group.Element, n)
	for k := range points {
		points[k].Set(p)
		p.AddAffine(p, g)
	}
	for k, key := range group.CosetKeys(points) {
		t.baby[key] = uint32(at) + uint32(k)
	}
}

// Solve returns the v from 0 to the table's bound with p = vG, or an error if
// there is none: a total is never guessed and never wraps.
func (t *LogTable) Solve(p *group.Element) (uint64, error) {
	// Giant step k looks at p - (m + k(2m+1))G, whose logarithm is within ±m for one k.
	q := group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(t.m))
	q.Sub(p, q)
	giants := t.bound/(2*t.m+1) + 1
	for k := uint64(0); k < giants; k += logStep {
		points := make([]group.Element, min(logStep, giants-k))
		for i := range points {
			points[i].Set(q)
			q.SubAffine(q, t.stride)
		}
		for i, key := range group.CosetKeys(points) {
			if j, ok := t.baby[key]; ok {
				centre := t.m + (k+uint64(i))*(2*t.m+1)
				if v, ok := t.confirm(p, centre, uint64(j)); ok {
					return v, nil
				}
			}
		}
	}
	return 0, fmt.Errorf("elgamal: no discrete logarithm from 0 to %d: the total is out of range or was not decrypted correctly", t.bound)
}

// confirm decides between centre+j and centre-j by the element itself (E6).
func (t *LogTable) confirm(p *group.Element, centre, j uint64) (uint64, bool) {
	for _, v := range []uint64{centre + j, centre - j} {
		if v <= t.bound && group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(v)).Equal(p) {
			return v, true
		}
	}
	return 0, false
}

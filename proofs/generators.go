package proofs

import (
	"encoding/binary"
	"sync"

	"veche.example/elgamal/group"
)

const (
	generatorDST  = "veche/v1/ristretto255_XMD:SHA-512_R255MAP_RO_"
	generatorName = "veche/v1/generator/"
)

// generator returns G_j, and for j = 0 the blinding generator H. Nobody knows a
// logarithm between any two, or to the base G (docs/spec/group.md).
func generator(j int) *group.Element {
	name := []byte(generatorName + "H")
	if j > 0 {
		name = binary.LittleEndian.AppendUint32([]byte(generatorName), uint32(j))
	}
	return group.HashToElement(generatorDST, name)
}

// commitmentKey caches H, G_1, …, G_n, always derived here and never read. Its
// slices only grow; what was handed out stays valid.
var commitmentKey struct {
	sync.Mutex
	points []group.Affine // H, G_1, …
	halves []group.Affine // ½H, ½G_1, …
	tables []*group.Table
}

// generators returns H, G_1, …, G_n.
func generators(n int) []group.Affine {
	k := &commitmentKey
	k.Lock()
	defer k.Unlock()
	if have := len(k.points); have <= n {
		k.points = append(k.points[:have:have], group.Affines(deriveGenerators(have, n))...)
	}
	return k.points[: n+1 : n+1]
}

// provingKey returns, for the same generators, their halves and fixed-base
// tables of about 80 KB each.
func provingKey(n int) (halves []group.Affine, tables []*group.Table) {
	k := &commitmentKey
	k.Lock()
	defer k.Unlock()
	if have := len(k.tables); have <= n {
		points := deriveGenerators(have, n)
		k.tables = append(k.tables[:have:have], group.NewTables(points)...)
		for j := range points {
			points[j].ScalarMult(half, &points[j])
		}
		k.halves = append(k.halves[:have:have], group.Affines(points)...)
	}
	return k.halves[: n+1 : n+1], k.tables[: n+1 : n+1]
}

var half = group.NewScalar().Halve(group.NewScalar().SetUint64(1))

func deriveGenerators(from, to int) []group.Element {
	points := make([]group.Element, to-from+1)
	for k := range points {
		points[k].Set(generator(from + k))
	}
	return points
}

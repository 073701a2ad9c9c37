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

// CommitmentKey returns the generators H, G_1, …, G_n of vector commitments
// Com(v; ρ) = ρH + Σ v_j G_j. They are derived by hash and never read, and must
// not be changed (docs/spec/bit-vector.md).
func CommitmentKey(n int) []group.Affine { return generators(n) }

// maxTables bounds the memory of fixed-base tables to about 50 MB. Whoever proves
// more than that many bits pays some more time for each; a verifier that rebuilds a
// challenged ballot would otherwise build tables as large as a stranger asks for.
const maxTables = 1024

// provingKey returns the halves of the same generators, and fixed-base tables of
// the first of them.
func provingKey(n int) (halves []group.Affine, tables []*group.Table) {
	k := &commitmentKey
	k.Lock()
	defer k.Unlock()
	if have := len(k.halves); have <= n {
		points := deriveGenerators(have, n)
		if have < maxTables {
			k.tables = append(k.tables[:have:have], group.NewTables(points[:min(len(points), maxTables-have)])...)
		}
		for j := range points {
			points[j].ScalarMult(half, &points[j])
		}
		k.halves = append(k.halves[:have:have], group.Affines(points)...)
	}
	return k.halves[: n+1 : n+1], k.tables[:min(n+1, len(k.tables))]
}

// addCom adds Σ_k s_k G_{from+k} to sum, with G_0 = H, in constant time.
func addCom(sum *group.Element, from int, s []group.Scalar) {
	halves, tables := provingKey(from + len(s) - 1)
	k := 0
	for ; k < len(s) && from+k < len(tables); k++ {
		tables[from+k].AddScalarMult(sum, &s[k])
	}
	if k == len(s) {
		return
	}
	points := make([]group.Element, len(s)-k)
	for i := range points {
		points[i].Double(halves[from+k+i].Element())
	}
	sum.Add(sum, group.MultiScalarMult(s[k:], points))
}

var half = group.NewScalar().Halve(group.NewScalar().SetUint64(1))

func deriveGenerators(from, to int) []group.Element {
	points := make([]group.Element, to-from+1)
	for k := range points {
		points[k].Set(generator(from + k))
	}
	return points
}

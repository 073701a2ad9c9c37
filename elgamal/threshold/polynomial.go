package threshold

import (
	"math/bits"

	"veche.example/elgamal/group"
)

// evaluate returns Σ_k j^k row[k] by Horner's rule; j and row are public.
func evaluate(row []group.Element, j int) *group.Element {
	sum := new(group.Element).Set(&row[len(row)-1])
	for k := len(row) - 2; k >= 0; k-- {
		sum = times(sum, j)
		sum.Add(sum, &row[k])
	}
	return sum
}

// times returns m·p for a small public m ≥ 1.
func times(p *group.Element, m int) *group.Element {
	q := new(group.Element).Set(p)
	for i := bits.Len(uint(m)) - 2; i >= 0; i-- {
		q.Double(q)
		if m>>i&1 == 1 {
			q.Add(q, p)
		}
	}
	return q
}

// evaluateSecret returns Σ_k j^k row[k]. Constant time in the coefficients.
func evaluateSecret(row []group.Scalar, j int) *group.Scalar {
	at := new(group.Scalar).SetUint64(uint64(j))
	sum := new(group.Scalar)
	for k := len(row) - 1; k >= 0; k-- {
		sum.MulAdd(sum, at, &row[k])
	}
	return sum
}

// lagrange returns λ_j = Π_{m≠j} m/(m-j) for every j of distinct indices: T11.
func lagrange(indices []int) []group.Scalar {
	above, below := make([]group.Scalar, len(indices)), make([]group.Scalar, len(indices))
	for a, j := range indices {
		above[a].SetUint64(1)
		below[a].SetUint64(1)
		for _, m := range indices {
			if m == j {
				continue
			}
			at, own := new(group.Scalar).SetUint64(uint64(m)), new(group.Scalar).SetUint64(uint64(j))
			above[a].Mul(&above[a], at)
			below[a].Mul(&below[a], at.Sub(at, own))
		}
	}
	group.BatchInvert(below)
	for a := range above {
		above[a].Mul(&above[a], &below[a])
	}
	return above
}

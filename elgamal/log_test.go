package elgamal

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

func newTable(t testing.TB, bound uint64) *LogTable {
	table, err := NewLogTable(bound)
	require.NoError(t, err)
	return table
}

func requireLog(t testing.TB, table *LogTable, v uint64) {
	t.Helper()
	got, err := table.Solve(multiple(v))
	require.NoError(t, err, "%d", v)
	require.Equal(t, v, got)
}

// requireNoLog covers what lies just outside 0..bound and far away from it.
func requireNoLog(t testing.TB, table *LogTable, bound uint64) {
	t.Helper()
	minus := func(v uint64) *group.Element { return group.NewElement().Neg(multiple(v)) }
	for name, p := range map[string]*group.Element{
		"bound + 1": multiple(bound + 1), "bound + 2": multiple(bound + 2), "twice the bound and one": multiple(2*bound + 1),
		"−1": minus(1), "−2": minus(2), "−bound − 1": minus(bound + 1), "2^40": multiple(1 << 40), "2^63": multiple(1 << 63),
		"random": group.NewElement().ScalarBaseMult(group.RandomScalar()),
		"half":   group.NewElement().ScalarBaseMult(group.NewScalar().Halve(group.NewScalar().SetUint64(1))),
	} {
		_, err := table.Solve(p)
		require.Error(t, err, "%s of bound %d", name, bound)
	}
}

func TestEveryLogarithmOfSmallBounds(t *testing.T) {
	t.Parallel()
	for _, bound := range []uint64{0, 1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 100} {
		table := newTable(t, bound)
		for v := range bound + 1 {
			requireLog(t, table, v)
		}
		requireNoLog(t, table, bound)
	}
}

func TestLogarithmsAcrossStepBoundaries(t *testing.T) {
	t.Parallel()
	table := newTable(t, 200_000) // baby steps beyond one batch of 256
	m := table.m
	require.Greater(t, m, uint64(logStep))
	for k := range uint64(3) {
		for d := range uint64(5) { // both ends of giant step k
			requireLog(t, table, k*(2*m+1)+d)
			requireLog(t, table, (k+1)*(2*m+1)-1-d)
			requireLog(t, table, m+k*(2*m+1)+d)
		}
	}
	for d := range uint64(3) {
		requireLog(t, table, 200_000-d)
	}
	requireNoLog(t, table, 200_000)
}

func TestRandomLogarithms(t *testing.T) {
	t.Parallel()
	const bound = 1 << 20
	table := newTable(t, bound)
	for range 100 {
		b := group.RandomScalar().Bytes()
		requireLog(t, table, binary.LittleEndian.Uint64(b)%(bound+1))
	}
	requireLog(t, table, bound)
	requireNoLog(t, table, bound)
}

func TestLargestBound(t *testing.T) {
	t.Parallel()
	const bound = MaxLog - 1
	table := newTable(t, bound)
	require.LessOrEqual(t, len(table.baby), 741_457, "memory is bounded")
	for _, v := range []uint64{1<<39 + 12345, bound} {
		requireLog(t, table, v)
	}
	_, err := table.Solve(multiple(bound + 1))
	require.Error(t, err)
}

func TestNewLogTableRefuses(t *testing.T) {
	t.Parallel()
	for _, bound := range []uint64{MaxLog, MaxLog + 1, 1 << 63, 1<<64 - 1} {
		_, err := NewLogTable(bound)
		require.Error(t, err)
	}
}

func TestLogTableIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	table := newTable(t, 1000)
	done := make(chan error)
	for v := range uint64(8) {
		go func() {
			got, err := table.Solve(multiple(100 * v))
			if err == nil && got != 100*v {
				err = errWrong
			}
			done <- err
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
}

var errWrong = errors.New("wrong logarithm")

func BenchmarkSolve(b *testing.B) {
	table := newTable(b, 1<<30)
	p := multiple(1<<30 - 1)
	for b.Loop() {
		if _, err := table.Solve(p); err != nil {
			b.Fatal(err)
		}
	}
}

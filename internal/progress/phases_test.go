package progress

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPhasesFollowEachOther(t *testing.T) {
	t.Parallel()
	var p Phases
	p.Done() // nothing has begun
	p.Set("one", 1, 4)
	first := p.task
	p.Set("one", 3, 4)
	require.Same(t, first, p.task)
	require.EqualValues(t, 3, first.done)
	p.Set("two", 1, 2)
	require.NotSame(t, first, p.task)
	require.EqualValues(t, 3, first.done)
	p.Done()
	require.Nil(t, p.task)
}

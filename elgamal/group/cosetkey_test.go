package group

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCosetKeysDependOnTheElementUpToSign(t *testing.T) {
	t.Parallel()
	var points []Element
	for range 5 {
		p := NewElement().ScalarBaseMult(RandomScalar())
		decoded, err := NewElement().SetCanonicalBytes(p.Bytes())
		require.NoError(t, err)
		points = append(points, *p, *decoded, *NewElement().Neg(p))
	}
	points = append(points, *NewElement())
	keys := CosetKeys(points)
	distinct := map[[16]byte]bool{}
	for i := 0; i < 15; i += 3 {
		require.Equal(t, keys[i], keys[i+1])
		require.Equal(t, keys[i], keys[i+2])
		distinct[keys[i]] = true
	}
	distinct[keys[15]] = true
	require.Len(t, distinct, 6)
}

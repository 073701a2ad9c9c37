package group

import (
	"encoding/binary"
	"testing"

	"veche.example/internal/vectors"
)

// TestWorkedExample is docs/spec/group.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	const dst, name = "veche/v1/ristretto255_XMD:SHA-512_R255MAP_RO_", "veche/v1/generator/"
	generator := func(j uint32) []byte {
		return HashToElement(dst, binary.LittleEndian.AppendUint32([]byte(name), j)).Bytes()
	}
	var e vectors.Example
	e.Add("half", half.Bytes())
	e.Add("minus one", NewScalar().Neg(scalarOf(1)).Bytes())
	e.Add("O", NewElement().Bytes())
	e.Add("G", Generator().Bytes())
	threeG := new(Element).ScalarBaseMult(scalarOf(3)).Bytes()
	e.Add("3G", threeG)
	hint, err := DecodeHint(threeG)
	if err != nil {
		t.Fatal(err)
	}
	e.Add("hint", hint[:])
	e.Add("minus G", new(Element).Neg(Generator()).Bytes())
	uniform := expandMessage(dst, []byte(name+"H"))
	e.Add("uniform", uniform[:])
	e.Add("H", new(Element).SetUniformBytes(uniform[:]).Bytes())
	e.Add("G_1", generator(1))
	e.Add("G_2", generator(2))
	e.Add("G_256", generator(256))
	e.Check(t, "../../docs/spec/group.md")
}

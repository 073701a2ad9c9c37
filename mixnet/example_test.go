package mixnet_test

import (
	"fmt"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/mixnet"
	"veche.example/proofs"
)

// Two mixers shuffle three encrypted votes, and everybody checks both at once.
func Example() {
	secret := group.RandomScalar() // of the trustees, who share it
	keys, err := elgamal.NewPublicKey([]group.Element{*group.NewElement().ScalarBaseMult(secret)})
	must(err)
	keys.Precompute()
	var votes []byte
	for _, v := range []uint64{7, 8, 9} {
		c, _ := keys.Encrypt([]uint64{v})
		votes, err = c.AppendBinary(votes)
		must(err)
	}
	list, err := mixnet.ParseList(votes, []int{1})
	must(err)

	first, second := proofs.GenerateSigningKey(), proofs.GenerateSigningKey()
	cascade := &mixnet.Cascade{
		Fingerprint: [32]byte{1}, Contest: "mayor", Keys: keys, Input: list,
		Mixers: []proofs.VerifyKey{first.Public(), second.Public()}, Least: 2,
	}
	var mixes []*mixnet.Mix
	for k, id := range []*proofs.SigningKey{first, second} {
		out, witness, err := mixnet.Shuffle(keys, list)
		must(err)
		mixes = append(mixes, cascade.Mix(id, k+1, list, out, witness))
		list = out
	}
	verdict, err := cascade.Verify(mixes)
	must(err)
	fmt.Println(len(verdict.Good), "mixes of", verdict.Output.Len(), "votes")
	// Output: 2 mixes of 3 votes
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

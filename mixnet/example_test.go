package mixnet_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/mixnet"
	"veche.example/proofs"
)

// Two mixers shuffle three encrypted votes, and everybody checks both at once.
func Example() {
	keys, list := votes(7, 8, 9)
	first, second := proofs.GenerateSigningKey(), proofs.GenerateSigningKey()
	cascade := &mixnet.Cascade{
		Fingerprint: [32]byte{1}, Contest: "mayor", Keys: keys, Input: list,
		Mixers: []proofs.VerifyKey{first.Public(), second.Public()}, Least: 2,
	}
	var mixes []*mixnet.Mix
	for k, id := range []*proofs.SigningKey{first, second} {
		mix, err := cascade.Mix(context.Background(), id, k+1, list, nil, nil, nil)
		must(err)
		mixes = append(mixes, mix)
		list = mix.Output
	}
	verdict, err := cascade.Verify(mixes)
	must(err)
	fmt.Println(len(verdict.Good), "mixes of", verdict.Output.Len(), "votes")
	// Output: 2 mixes of 3 votes
}

// A mixer prepares before the votes are there, and keeps the material in a file.
// Two processes that restore it cannot both use it.
func ExampleCascade_Prepare() {
	dir, err := os.MkdirTemp("", "mixer")
	must(err)
	defer os.RemoveAll(dir)
	material, used := filepath.Join(dir, "material"), filepath.Join(dir, "material.used")

	keys, list := votes(7, 8, 9)
	id := proofs.GenerateSigningKey()
	cascade := &mixnet.Cascade{Fingerprint: [32]byte{1}, Contest: "mayor", Keys: keys, Mixers: []proofs.VerifyKey{id.Public()}, Least: 1}
	prepared, err := cascade.Prepare(context.Background(), []int{1}, 100, nil)
	must(err)
	must(os.WriteFile(material, prepared.Bytes(), 0o600))

	cascade.Input = list
	var restored [2]*mixnet.Prepared
	for k := range restored {
		b, err := os.ReadFile(material)
		must(err)
		restored[k], err = mixnet.ParsePrepared(b)
		must(err)
	}
	store := func(state []byte) error { // whoever creates the file wins
		f, err := os.OpenFile(used, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(state)
		d, err2 := os.Open(dir)
		must(err2)
		defer d.Close()
		return errors.Join(err, f.Sync(), f.Close(), d.Sync(), os.Remove(material))
	}
	for _, p := range restored {
		_, err := cascade.Mix(context.Background(), id, 1, list, p, store, nil)
		fmt.Println(errors.Is(err, os.ErrExist), err == nil)
	}
	// Output:
	// false true
	// true false
}

// votes returns a key and encryptions under it.
func votes(v ...uint64) (*elgamal.PublicKey, *mixnet.List) {
	secret := group.RandomScalar() // of the trustees, who share it
	keys, err := elgamal.NewPublicKey([]group.Element{*group.NewElement().ScalarBaseMult(secret)})
	must(err)
	keys.Precompute()
	var rows []byte
	for _, v := range v {
		c, _ := keys.Encrypt([]uint64{v})
		rows, err = c.AppendBinary(rows)
		must(err)
	}
	list, err := mixnet.ParseList(rows, []int{1})
	must(err)
	return keys, list
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

package threshold_test

import (
	"context"
	"fmt"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/elgamal/threshold"
	"veche.example/proofs"
)

// Three trustees make a key for two candidates, and any two of them open the sum
// of the ballots. A real trustee uses vault.File instead of InMemory.
func Example() {
	ceremony := &threshold.Ceremony{Session: [32]byte{1}, Width: 2, Threshold: 2}
	var identities [3]*proofs.SigningKey
	for i := range identities {
		identities[i] = proofs.GenerateSigningKey()
		ceremony.Trustees = append(ceremony.Trustees, identities[i].Public())
	}
	trustees, messages, err := ceremony.RunLocally(identities[:])
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := ceremony.Verify(messages) // as everybody does
	if err != nil {
		fmt.Println(err)
		return
	}

	sum := elgamal.NewCiphertext(2, keys.Election.Width())
	for _, vote := range [][]uint64{{1, 0}, {0, 1}, {1, 0}} {
		ballot, _ := keys.Election.Encrypt(vote)
		sum.Add(sum, ballot)
	}
	encoded, _ := sum.AppendBinary(nil)
	points, _ := group.DecodeAffines(encoded)
	list := &threshold.Decryption{Keys: keys, Fingerprint: [32]byte{2}, Closing: [32]byte{3}, Contest: "mayor",
		Widths: []int{2}, Encoded: encoded, Points: points}

	signatures := make([][]byte, 3)
	for i, t := range trustees {
		signatures[i], _ = t.Sign(list) // after it verified every ballot
	}
	shares := make([][]byte, 3)
	for _, t := range trustees[1:] { // the first one is on holiday
		shares[t.Index()-1], _ = t.Decrypt(context.Background(), list, signatures, nil)
	}
	checked, err := list.VerifyShares(shares)
	if err != nil {
		fmt.Println(err) // names the trustee
	}
	plain, err := list.Combine(checked)
	if err != nil {
		fmt.Println(err)
		return
	}
	logs, _ := elgamal.NewLogTable(3)
	for i := range plain[0] {
		votes, _ := logs.Solve(&plain[0][i])
		fmt.Println(votes)
	}
	// Output:
	// 2
	// 1
}

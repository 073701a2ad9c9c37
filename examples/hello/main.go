// Command hello runs the smallest complete election: two trustees, three voters,
// one question, and a record that anyone can verify.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"veche.example/ballot"
	"veche.example/proofs"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

func main() {
	ctx, dir, now := context.Background(), must(os.MkdirTemp("", "veche-hello-")), time.Now()
	boxKey, ids := proofs.GenerateSigningKey(), []*proofs.SigningKey{proofs.GenerateSigningKey(), proofs.GenerateSigningKey()}
	voters, keys := make([]*ballot.Credential, 3), make([]ballot.Voter, 3)
	for i := range voters { // each made on the voter's device, as are the seeds below
		voters[i] = ballot.GenerateCredential()
		keys[i] = ballot.Voter{Key: voters[i].Key(), Weight: 1}
	}
	roll := must(ballot.NewRoll(keys))
	manifest := must(ballot.ParseManifest(must(json.Marshal(ballot.Manifest{
		Version: ballot.Version, ID: "hello", Title: "Hello", Width: 2, Threshold: 2,
		Trustees: []ballot.Party{{ID: "ann", Name: "Ann", Key: ids[0].Public().String()}, {ID: "bob", Name: "Bob", Key: ids[1].Public().String()}},
		Box:      record.BoxParty(boxKey, "veche.example/hello"), Roll: ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: 3},
		Contests: []*ballot.Contest{{ID: "q", Title: "Shall we?", Rule: ballot.Rule{Type: ballot.OneOfN},
			Options: []ballot.Option{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}}}},
	}))))
	writer := must(record.Create(dir, manifest, roll))
	trustees, ceremony := must2(record.Parameters(manifest, 1).RunLocally(ids)) // in life, each trustee at home
	election := must(writer.Ceremony(&record.Ceremony{Attempt: 1, Rounds: *ceremony}))
	box := must(record.NewBox(writer, roll, boxKey, now))
	for i, choice := range []string{"yes", "no", "yes"} {
		draft := must(election.Build(ballot.Header{Credential: voters[i].Key(), Sequence: 1},
			ballot.Choices{"q": {Selected: []string{choice}}}, ballot.GenerateSeed()))
		fmt.Println(must("accepted", box.Cast(ctx, [][]byte{must(draft.Sign(voters[i]))})[0]), draft.Code())
	}
	must(box.Close(now))
	closed := must(verify.Closed(ctx, os.DirFS(dir), nil)) // the trustees verify before they decrypt
	shares := must(closed.DecryptLocally(trustees, nil))
	must(0, writer.Tally(shares))
	must(0, writer.Result(must(closed.Result(shares))))
	fmt.Print(must(verify.Record(ctx, os.DirFS(dir), nil)).Text(), "record ", dir, "\n")
}

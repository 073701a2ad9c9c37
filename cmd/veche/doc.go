// Command veche holds an election with commands: trustees make a key, voters vote, trustees
// decrypt, anybody verifies. "veche help" lists the verbs and "veche help exit-codes" what
// they return to a script.
//
// A verb is a file with one struct: its fields are the arguments and flags, read by kong,
// and its method Run(a *app) error does the work. A line in commands (main.go), or in the
// struct of its group such as trusteeCmd (trustee.go), registers it. A Run method
//
//   - ends with a.done(data, did, next): what was done, what to do next, and the same for
//     --json with the data; or with a.print, if its work is to print something;
//   - returns an error that names the file, the field and the remedy. It exits with 2;
//     failed(err) makes that 1, for something that was checked and does not hold, and
//     incomplete(…) 3, for something that is not there yet (exit.go);
//   - shows with a.task(title, total) how far a work is that can be long (task.go), and
//     stops when a.ctx ends;
//   - opens an election directory with openElection, which has its manifest, roll, ceremony,
//     log and board (election.go, log.go); or, to read it alone, a record wherever it is published
//     with a.openPublished (package source);
//   - verifies a record up to its closing with a.verifyClosed, and for what is decrypted with
//     a.openLists (lists.go), before it signs anything;
//   - opens secrets before it begins, so that all questions come first: key files with
//     a.keys.OpenKey (package secret), trustees with a.openTrustees, witnesses with
//     a.openWitness, a voter's credential with readCredential;
//   - sends messages with channel.post and reads them with board.Collect or All, in files or in
//     the folder DIR.board (packages board and armour); the flags are those of an embedded
//     channel, and the context of a message is the fingerprint or closing that it is for;
//   - creates files with files.Create, which replaces none.
//
// A kind of file or of message that a verb makes is a line in artefacts or blocks (show.go),
// and its wrong uses are a session in testdata/script (main_test.go). The commands in docs/guide
// are parsed, and those of its tutorial run, by guide_test.go.
package main

package main

// trusteeCmd is what trustees do, one line for each.
type trusteeCmd struct {
	Init    trusteeInitCmd `cmd:"" help:"Make a trustee's identity key: NAME.key (secret) and NAME.trustee."`
	Join    joinCmd        `cmd:"" help:"Round 0 of the key ceremony: announce a transport key."`
	Round1  round1Cmd      `cmd:"" name:"round1" help:"Round 1 of the key ceremony: commit."`
	Round2  round2Cmd      `cmd:"" name:"round2" help:"Round 2 of the key ceremony: deal shares."`
	Confirm confirmCmd     `cmd:"" help:"Round 3 of the key ceremony: confirm what everybody sent, or accuse."`
	Decrypt decryptCmd     `cmd:"" help:"Sign what is decrypted, and decrypt once enough have signed."`
}

package report

import (
	"fmt"

	"veche.example/ballot"
	"veche.example/tally/verify"
)

// view is what the template shows.
type view struct {
	*verify.Report
	Extra Extra

	Headline, Reason string
	All, Failed      []checkView
	Contests         []contestView
	Rows             []row
	Step             string // of the rows
	Fewest           int    // ballots in a row
	Hashes           []hash
	Parties          []party
}

// hash is 32 bytes with what they are for.
type hash struct{ What, Hex string }

// party is somebody who signs.
type party struct{ Role, ID, Name, Key string }

func newView(r *verify.Report, extra Extra) *view {
	v := &view{Report: r, Extra: extra, Fewest: fewest}
	v.All, v.Failed = newChecks(r)
	v.Headline, v.Reason = verdict(r)
	if r.Result != nil {
		for i := range r.Result.Contests {
			v.Contests = append(v.Contests, newContest(i, &r.Result.Contests[i], extra.Manifest))
		}
	}
	if len(extra.Turnout) > 0 {
		var step int64
		v.Rows, step = turnout(extra.Turnout, extra.Opened, extra.Closed)
		v.Step = inWords(step)
	}
	v.Hashes = hashes(r, extra)
	if extra.Manifest != nil {
		v.Parties = parties(extra.Manifest)
	}
	return v
}

// verdict says in a few words and in a sentence what came out.
func verdict(r *verify.Report) (headline, reason string) {
	made, failed := 0, 0
	for i := range r.Checks {
		if r.Checks[i].Reached {
			made++
		}
		if r.Checks[i].Failed > 0 {
			failed++
		}
	}
	all := int(verify.Result)
	switch {
	case r.Verified():
		return "✓ Verified", fmt.Sprintf("All %d checks were made, and none found a fault. The result follows from the ballots in the record.", all)
	case failed == 0:
		return "✗ NOT verified", fmt.Sprintf("Only %d of %d checks could be made. They found no fault, but the record is incomplete.", made, all)
	}
	reason = fmt.Sprintf("%d of %d checks found faults.", failed, all)
	if failed == 1 {
		reason = fmt.Sprintf("1 of %d checks found faults.", all)
	}
	if made < all {
		reason += fmt.Sprintf(" %d could not be made.", all-made)
	}
	return "✗ NOT verified", reason
}

// inWords says how long a step of full minutes is, given in seconds.
func inWords(step int64) string {
	for _, unit := range []struct {
		seconds int64
		word    string
	}{{24 * 3600, "day|days"}, {3600, "hour|hours"}} {
		if step%unit.seconds == 0 {
			return many(int(step/unit.seconds), unit.word)
		}
	}
	return many(int(step/60), "minute|minutes")
}

func hashes(r *verify.Report, extra Extra) (out []hash) {
	if r.Fingerprint != "" {
		out = append(out, hash{"Fingerprint of the election", r.Fingerprint})
	}
	if m := extra.Manifest; m != nil {
		out = append(out, hash{"Manifest", fmt.Sprintf("%x", m.Hash())}, hash{"Roll of voters", m.Roll.Hash})
	}
	if c := extra.Closing; c != nil {
		out = append(out,
			hash{fmt.Sprintf("Log of the ballot box, %s", many(c.Entries, "entry|entries")), fmt.Sprintf("%x", c.Root)},
			hash{"Closing of the ballot box", fmt.Sprintf("%x", c.Digest)})
	}
	return out
}

func parties(m *ballot.Manifest) []party {
	out := []party{{Role: "ballot box", Key: m.Box.Key}}
	for _, group := range []struct {
		role    string
		members []ballot.Party
	}{{"trustee", m.Trustees}, {"witness", m.Witnesses}, {"mixer", m.Mixers}} {
		for _, p := range group.members {
			out = append(out, party{group.role, p.ID, p.Name, p.Key})
		}
	}
	return out
}

package report

import (
	"fmt"

	"veche.example/tally/verify"
)

// explanation is what people should know of a check.
type explanation struct {
	Items string // what it counts, one and many
	Means string // what it establishes, if it passes
	Fails string // what would make it fail
}

var explanations = map[verify.Number]explanation{
	verify.Layout: {"file|files",
		"The record is a folder with a fixed set of files. All of them are there, and nothing else is.",
		"A file that is missing, one too many, or something that is no ordinary file."},
	verify.Manifest: {"contest|contests",
		"The manifest says what was fixed before anybody voted: contests, options, rules and who takes part. It is complete and makes sense.",
		"A field that is missing or unknown, a rule that cannot be applied, a number or key that cannot be."},
	verify.Roll: {"voter|voters",
		"The list of those who may vote is the very one that the manifest fixed.",
		"A voter who was added, removed or changed after that."},
	verify.Ceremony: {"trustee|trustees",
		"The key that hides the votes was made by all trustees together, each of whom holds a part of it. Each proved to have done it correctly, and all confirmed the same outcome.",
		"A trustee's message that is wrong or missing. Whose it is is named."},
	verify.Log: {"entry|entries",
		"The ballot box wrote down everything that happened in a log, and signed its beginning for this election. The log can be read from beginning to end.",
		"An entry that is damaged, cut off, of an unknown kind or out of place, or a beginning that the box did not sign."},
	verify.Promises: {"promise|promises",
		"Before voters decide whether to cast a ballot or to test their device, the box promises that it has seen the ballot. It signed every promise in the log.",
		"A promise with a wrong signature, or for another election."},
	verify.Ballots: {"ballot|ballots",
		"Each ballot is signed by its voter, and proves, without being opened, that the votes hidden in it are ones that the rules allow.",
		"A ballot that its voter did not sign, or that could hide what the rules forbid, such as a hundred votes for one option."},
	verify.Acceptance: {"ballot or promise|ballots and promises",
		"The box took each ballot rightly: from a voter on the roll, with the contests that this voter has, once, and not copied from somebody else's ballot.",
		"A ballot of somebody who may not vote, one that was in the log before, a copy of another one, or one that had been opened as a test."},
	verify.Challenges: {"opened ballot|opened ballots",
		"Voters can test a device: it fixes a ballot, and is then asked to open it instead of casting it. Every opened ballot holds what the device said that it holds, and none of them counts.",
		"An opened ballot that holds something else, that was never promised, or that was cast as well."},
	verify.Closing: {"closing|closings",
		"When voting ended, the box signed how long the log is, and a hash of all of it. The log is still that one: nothing was added, removed, changed or moved.",
		"A log with another length or hash than the box signed, or a signature that is not the box's."},
	verify.Mixes: {"mix|mixes",
		"Votes that cannot be added up are shuffled before they are decrypted, by several mixers in a row, so that nobody can tell whose vote is whose. Each mixer proved that the votes that came out are those that went in, and enough of them did.",
		"Fewer good mixes than the manifest demands, one too many, or one without the signature of its mixer."},
	verify.Quorum: {"signature|signatures",
		"Before anything was decrypted, enough trustees and witnesses signed what is to be decrypted: that which follows from the ballots in the log, and nothing else.",
		"Too few signatures, or one under something else."},
	verify.Shares: {"share|shares",
		"Every trustee's part of the decryption comes with a proof that it is right, and the proof holds.",
		"A part that is wrong. Whose it is is named."},
	verify.Totals: {"total or vote|totals and votes",
		"Enough trustees took part, and their parts together decrypt the votes that the result is counted from.",
		"Too few parts, or a total that is more than all ballots together can give."},
	verify.Result: {"contest|contests",
		"Seats and winners were worked out again by the rules of the manifest. The published result says the same, letter by letter.",
		"A published number, name or seat that differs from the recomputed one."},
}

// checkView is a check with its explanation.
type checkView struct {
	verify.Check
	explanation
}

func newChecks(r *verify.Report) (all, failed []checkView) {
	for _, c := range r.Checks {
		v := checkView{c, explanations[c.Number]}
		all = append(all, v)
		if c.Failed > 0 {
			failed = append(failed, v)
		}
	}
	return all, failed
}

// No is the number alone, without the name.
func (c checkView) No() int { return int(c.Number) }

// State is one word and a sign, so that colour is not needed.
func (c checkView) State() string {
	switch {
	case c.Passed():
		return "✓ passed"
	case !c.Reached:
		return "– not made"
	}
	return "✗ failed"
}

// Class is the state as a class of the style sheet.
func (c checkView) Class() string {
	switch {
	case c.Passed():
		return "good"
	case !c.Reached:
		return "open"
	}
	return "bad"
}

// Covered says how many items there were.
func (c checkView) Covered() string {
	n := max(c.Check.Items, c.Failed)
	switch {
	case !c.Reached:
		return "nothing, since an earlier fault left nothing to check against"
	case n == 0:
		return "nothing, since there is none"
	case c.Failed > 0:
		return fmt.Sprintf("%s; %s found", many(n, c.explanation.Items), many(c.Failed, "fault|faults"))
	}
	return many(n, c.explanation.Items)
}

// First is the first finding, cut short, for the top of the page.
func (c checkView) First() string {
	if len(c.Findings) == 0 {
		return ""
	}
	const most = 120
	text := []rune(c.Findings[0].String())
	if len(text) > most {
		text = append(text[:most], '…')
	}
	return string(text)
}

// More is how many findings there are besides the first.
func (c checkView) More() int { return c.Failed - 1 }

// Lost is how many findings the report did not keep.
func (c checkView) Lost() int { return c.Failed - len(c.Findings) }

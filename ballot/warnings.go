package ballot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// fewVoters is below what totals are taken to hide a single vote.
	fewVoters = 10
	// largeScore is from what the low digits of a score can carry an agreed mark.
	largeScore = 1 << 10
	// maxListed is how many culprits a warning names.
	maxListed = 8
)

// Warnings returns what is allowed but should be intended, one sentence each. With the
// roll, which CheckRoll has accepted, it sees styles, contests and weights with few
// voters; r may be nil while there is none.
func (m *Manifest) Warnings(r *Roll) []string {
	w := &warnings{}
	m.warnParties(w)
	if m.Mixes == 1 {
		w.add("mixes is 1: the one mixer alone can say whose the votes of the mixed contests are; name more mixers and state 2 or more")
	} else if m.Mixes > 0 && m.Mixes < len(m.Mixers) {
		w.add("mixes is %d of %d mixers: any %d of them, together with whoever publishes the record, can leave the others out and say whose the "+
			"votes of the mixed contests are; state all mixers if that is feared more than one who fails", m.Mixes, len(m.Mixers), m.Mixes)
	}
	if m.MinBallots < fewVoters {
		w.add("min_ballots is %d: trustees decrypt a contest even if as few ballots as that were cast in it, and its totals then say "+
			"how single voters voted; state %d or more", m.MinBallots, fewVoters)
	}
	var styles, contests []cohort
	if r == nil {
		if m.Roll.Voters < fewVoters {
			w.add("the roll has %d voters: totals can say how single voters voted", m.Roll.Voters)
		}
	} else {
		styles, contests = m.cohorts(r)
		m.warnFew(w, styles, contests)
		w.weights(r)
	}
	for i, c := range m.Contests {
		n := m.Roll.Voters
		if r != nil {
			n = contests[i].voters
		}
		c.warnMixed(w, n)
		if most := c.maxOutput(); most >= largeScore {
			w.add("contest %q: one ballot can add up to %d to a total, so that the low digits of an agreed number can mark a ballot and prove "+
				"to a buyer that it was cast; lower the numbers of the rule below %d", c.ID, most, largeScore)
		}
	}
	return w.texts
}

// maxOutput is the most that one ballot of weight 1 adds to one of the totals.
func (c *Contest) maxOutput() uint64 {
	if c.Mixed() {
		return 1
	}
	return slices.MaxFunc(c.Outputs(), func(a, b Output) int { return cmp.Compare(a.Max, b.Max) }).Max
}

type warnings struct{ texts []string }

func (w *warnings) add(format string, args ...any) {
	w.texts = append(w.texts, fmt.Sprintf(format, args...))
}

func (m *Manifest) warnParties(w *warnings) {
	n, t, others := len(m.Trustees), m.Threshold, len(m.Witnesses)
	if t+others < n {
		w.add("%d of %d trustees could decrypt, but %d alone are too few for the quorum of signatures; "+
			"name %d more witnesses to stand in for absent trustees", t, n, t, n-t-others)
	}
	if t == 1 {
		w.add("the threshold is 1: every single trustee can decrypt every ballot")
	}
}

// warnMixed warns of what the votes of a mixed contest, which are published one by one,
// can say.
func (c *Contest) warnMixed(w *warnings, voters int) {
	switch s := c.form.(type) {
	case *ranked:
		if s.rankings() > float64(voters) {
			w.add("contest %q: there are more rankings than its %d voters can use, so that an agreed one marks a ballot: who buys or extorts a vote "+
				"demands a first place and behind it an order of the others that nobody else would give, and looks for it among the published votes; "+
				"let fewer options be ranked, or use a rule that is not mixed", c.ID, voters)
		}
	case *oneOfMany:
		if s.write > 0 {
			w.add("contest %q: every written text is published, so that an agreed one marks a ballot and proves to a buyer that it was cast; "+
				"leave write_in out if votes may be bought or extorted", c.ID)
		}
	}
}

// warnFew warns of styles and contests that few voters have, and of contests that have
// too few to be decrypted ever.
func (m *Manifest) warnFew(w *warnings, ofStyle, ofContest []cohort) {
	var styles, contests, never []string
	for i := range m.Styles {
		if n := ofStyle[i].voters; n < fewVoters {
			styles = append(styles, voters(m.Styles[i].ID, n))
		}
	}
	for i := range ofContest {
		n := ofContest[i].voters
		if n < fewVoters {
			contests = append(contests, voters(m.Contests[i].ID, n))
		}
		if n < m.MinBallots {
			never = append(never, voters(m.Contests[i].ID, n))
		}
	}
	w.list(styles, "styles with fewer than %d voters: whoever knows how the others voted in their contests reads off how these did; merge styles: ", fewVoters)
	w.list(contests, "contests with fewer than %d voters: their totals can say how single voters voted; merge contests: ", fewVoters)
	w.list(never, "contests with fewer voters than min_ballots, %d, are never decrypted: ", m.MinBallots)
}

// weights warns of weights that few voters share: if a voter's weight differs from all
// sums of the others', the voter's choice is the one whose total needs it.
func (w *warnings) weights(r *Roll) {
	shared := make(map[uint32]int)
	for i := range r.Len() {
		shared[r.Voter(i).Weight]++
	}
	if len(shared) == 1 {
		return // totals are multiples of it and say no more than a count
	}
	var few []string
	for _, weight := range slices.Sorted(maps.Keys(shared)) {
		if n := shared[weight]; n < fewVoters {
			few = append(few, voters(fmt.Sprint(weight), n))
		}
	}
	w.list(few, "weights that fewer than %d voters share: their votes may be read off the totals; round weights so that more voters share one: ", fewVoters)
}

// voters names a thing and how many voters it has.
func voters(what string, n int) string {
	if n == 1 {
		return what + " (1 voter)"
	}
	return fmt.Sprintf("%s (%d voters)", what, n)
}

// list warns of things, if there are any, and names the first ones.
func (w *warnings) list(things []string, format string, args ...any) {
	if len(things) == 0 {
		return
	}
	more := ""
	if n := len(things) - maxListed; n > 0 {
		things, more = things[:maxListed], fmt.Sprintf(" and %d more", n)
	}
	w.add("%s", fmt.Sprintf(format, args...)+strings.Join(things, ", ")+more)
}

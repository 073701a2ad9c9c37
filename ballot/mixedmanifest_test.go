package ballot

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMixedManifestFaultsAreNamedByPath(t *testing.T) {
	t.Parallel()
	order, name := 2, 3 // contests of mixture
	counts := func(k CountRule) func(m *Manifest) {
		return func(m *Manifest) { m.Contests[order].Counts = []CountRule{k} }
	}
	for _, tc := range []struct {
		name string
		edit func(m *Manifest)
		says string
	}{
		{"no mixers", func(m *Manifest) { m.Mixers = nil }, "mixers: 0 mixers, but there must be 1 to 64"},
		{"too many mixers", func(m *Manifest) { m.Mixers = make([]Party, 65) }, "mixers: 65 mixers"},
		{"no mixes", func(m *Manifest) { m.Mixes = 0 }, "mixes: must be stated as a number from 1 to 2, not 0"},
		{"more mixes than mixers", func(m *Manifest) { m.Mixes = 3 }, "mixes: must be stated as a number from 1 to 2, not 3"},
		{"negative mixes", func(m *Manifest) { m.Mixes = -1 }, "mixes: "},
		{"same mixer twice", func(m *Manifest) { m.Mixers[1].ID = "m1" }, `mixers[1].id: "m1": duplicate of mixers[0]`},
		{"same mixer's key twice", func(m *Manifest) { m.Mixers[1].Key = m.Mixers[0].Key }, "mixers[1].key: duplicate of mixers[0].key"},
		{"trustee as mixer", func(m *Manifest) { m.Mixers[1].Key = m.Trustees[2].Key }, "mixers[1].key: duplicate of trustees[2].key"},
		{"witness as mixer", func(m *Manifest) { m.Mixers[0].Key = m.Witnesses[0].Key }, "mixers[0].key: duplicate of witnesses[0].key"},
		{"box as mixer", func(m *Manifest) { m.Mixers[0].Key = m.Box.Key }, "mixers[0].key: duplicate of box.key"},
		{"mixer without a key", func(m *Manifest) { m.Mixers[0].Key = "" }, "mixers[0].key: "},
		{"nameless mixer", func(m *Manifest) { m.Mixers[0].Name = "" }, "mixers[0].name: missing"},
		{"mixers without work", func(m *Manifest) {
			m.Contests, m.Styles, m.Mixes = m.Contests[:2], nil, 0
		}, "mixers: no contest is mixed; leave mixers and mixes out"},
		{"mixes without work", func(m *Manifest) {
			m.Contests, m.Styles, m.Mixers = m.Contests[:2], nil, nil
		}, "mixers: no contest is mixed"},

		{"one option to rank", func(m *Manifest) {
			m.Contests[order].Options = m.Contests[order].Options[:1]
		}, "contests[2].rule: there is nothing to rank"},
		{"256 options to rank", func(m *Manifest) {
			for i := range 251 {
				m.Contests[order].Options = append(m.Contests[order].Options, Option{ID: fmt.Sprint(i), Name: "X"})
			}
		}, "contests[2].rule: 256 options cannot be ranked, at most 255 can"},
		{"max left out", func(m *Manifest) { m.Contests[order].Rule.Max = nil }, "contests[2].rule.max: missing"},
		{"min left out", func(m *Manifest) { m.Contests[order].Rule.Min = nil }, "contests[2].rule.min: missing"},
		{"max 0", func(m *Manifest) {
			m.Contests[order].Rule = Rule{Type: Ranked, Min: num(0), Max: num(0)}
		}, "contests[2].rule.max: 0 of 5"},
		{"max above the options", func(m *Manifest) { m.Contests[order].Rule.Max = num(6) }, "contests[2].rule.max: 6 of 5"},
		{"min above max", func(m *Manifest) { m.Contests[order].Rule.Min = num(5) }, "contests[2].rule.min: 5 is more than max 4"},
		{"negative min to rank", func(m *Manifest) { m.Contests[order].Rule.Min = num(-1) }, "contests[2].rule.min: "},
		{"blank ranking", func(m *Manifest) { m.Contests[order].Rule.Blank = true }, `contests[2].rule.blank: rule "ranked" has no such field; state min 0`},
		{"write_in to rank", func(m *Manifest) { m.Contests[order].Rule.WriteIn = 9 }, "contests[2].rule.write_in: rule \"ranked\" has no such field"},
		{"points to rank", func(m *Manifest) { m.Contests[order].Rule.Points = []int{1} }, "contests[2].rule.points: "},
		{"equal for lists", func(m *Manifest) { m.Contests[0].Rule.Equal = true }, "contests[0].rule.equal: rule \"one-of-n\" has no such field"},
		{"write_in for lists", func(m *Manifest) { m.Contests[0].Rule.WriteIn = 9 }, "contests[0].rule.write_in: "},
		{"equal for one of many", func(m *Manifest) { m.Contests[name].Rule.Equal = true }, "contests[3].rule.equal: "},
		{"min for one of many", func(m *Manifest) { m.Contests[name].Rule.Min = num(1) }, "contests[3].rule.min: "},
		{"negative write_in", func(m *Manifest) { m.Contests[name].Rule.WriteIn = -1 }, "contests[3].rule.write_in: must be stated as a number from 1 to 300"},
		{"long write_in", func(m *Manifest) { m.Contests[name].Rule.WriteIn = 301 }, "contests[3].rule.write_in: must be stated as a number from 1 to 300, not 301"},
		{"no options without write_in", func(m *Manifest) {
			m.Contests[name].Options, m.Contests[name].Rule.WriteIn = nil, 0
		}, "contests[3].options: 0 options, but there must be 1 to 4096"},
		{"one of one", func(m *Manifest) {
			m.Contests[name].Options, m.Contests[name].Rule = m.Contests[name].Options[:1], Rule{Type: OneOfMany}
		}, "contests[3].rule: one option is no choice"},
		{"no options to rank", func(m *Manifest) { m.Contests[order].Options = nil }, "contests[2].options: 0 options, but there must be 1 to"},
		{"candidates to rank", func(m *Manifest) {
			m.Contests[order].Options[0].Candidates = []Candidate{{"x", "X"}}
		}, "contests[2].options[0].candidates: only the lists"},
		{"written option called blank", func(m *Manifest) { m.Contests[name].Options[0].ID = "blank" }, "reserved id of a blank vote"},

		{"seats of a ranked contest", func(m *Manifest) {
			m.Contests[order].Seats = &SeatRule{Seats: 1, Method: HighestTotals, Ties: "report"}
		}, "contests[2].seats: a ranked contest gives seats by its counts"},
		{"seats with written votes", func(m *Manifest) {
			m.Contests[name].Seats = &SeatRule{Seats: 1, Method: HighestTotals, Ties: "report"}
		}, "contests[3].seats: who has written votes is for people to say"},
		{"more seats than options of many", func(m *Manifest) {
			m.Contests[name].Rule.WriteIn = 0
			m.Contests[name].Seats = &SeatRule{Seats: 3, Method: HighestTotals, Ties: "report"}
		}, "contests[3].seats.seats: 3 seats are too many for 2 options"},
		{"counts of lists", func(m *Manifest) { m.Contests[0].Counts = m.Contests[order].Counts }, `contests[0].counts: only a "ranked" contest has counts`},
		{"counts of one of many", func(m *Manifest) { m.Contests[name].Counts = m.Contests[order].Counts }, "contests[3].counts: only"},
		{"nine counts", func(m *Manifest) { m.Contests[order].Counts = make([]CountRule, 9) }, "contests[2].counts: 9 counts, but there must be 1 to 8"},
		{"same count twice", func(m *Manifest) { m.Contests[order].Counts[1].ID = "stv" }, `contests[2].counts[1].id: "stv": duplicate of contests[2].counts[0]`},
		{"count without an id", counts(CountRule{"", "T", Schulze, 1, "report"}), "contests[2].counts[0].id: "},
		{"count without a title", counts(CountRule{"a", "", Schulze, 1, "report"}), "contests[2].counts[0].title: missing"},
		{"count with a line break", counts(CountRule{"a", "A\nB", Schulze, 1, "report"}), "contests[2].counts[0].title: has a control"},
		{"unknown count", counts(CountRule{"a", "A", "stv", 1, "report"}), "contests[2].counts[0].method: must be one of instant-runoff, stv-scottish"},
		{"unknown tie", counts(CountRule{"a", "A", Schulze, 1, "more-votes"}), "contests[2].counts[0].ties: must be one of report, draw, listed-order"},
		{"no seats to count", counts(CountRule{"a", "A", STVGregory, 0, "draw"}), "contests[2].counts[0].seats: must be stated as a number from 1 to 5, not 0"},
		{"more seats than options to count", counts(CountRule{"a", "A", STVScottish, 6, "draw"}), "contests[2].counts[0].seats: must be stated as a number from 1 to 5"},
		{"two seats by runoff", counts(CountRule{"a", "A", InstantRunoff, 2, "draw"}), "contests[2].counts[0].seats: must be stated as a number from 1 to 1, not 2"},
		{"two seats by pairs", counts(CountRule{"a", "A", RankedPairs, 2, "draw"}), "contests[2].counts[0].seats: "},
		{"equal ranks in a runoff", func(m *Manifest) {
			m.Contests[order].Rule.Equal, m.Contests[order].Counts = true, m.Contests[order].Counts[1:]
		}, `contests[2].counts[0].method: "instant-runoff" knows no equal ranks`},
		{"equal ranks in a transfer", func(m *Manifest) { m.Contests[order].Rule.Equal = true }, `contests[2].counts[0].method: "stv-meek" knows no equal ranks`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := draftManifest()
			mixture(m)
			tc.edit(m)
			_, err := ParseManifest(encodeManifest(t, m))
			require.ErrorContains(t, err, tc.says)
			require.ErrorContains(t, err, "manifest: ")
		})
	}
}

func TestMixedManifestsAreRead(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(m *Manifest){
		"as it is":           func(*Manifest) {},
		"all methods":        everyMethod,
		"equal ranks":        func(m *Manifest) { m.Contests[2].Rule.Equal, m.Contests[2].Counts = true, nil },
		"only written texts": func(m *Manifest) { m.Contests[3].Options = nil },
		"no counts":          func(m *Manifest) { m.Contests[2].Counts = []CountRule{} },
		"seats of many": func(m *Manifest) {
			m.Contests[3].Rule.WriteIn, m.Contests[3].Seats = 0, &SeatRule{Seats: 5, Method: HighestAverages, Divisor: "dhondt", Ties: "draw"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := draftManifest()
			mixture(m)
			edit(m)
			_, err := ParseManifest(encodeManifest(t, m))
			require.NoError(t, err)
		})
	}
}

func everyMethod(m *Manifest) {
	m.Contests[2].Counts = nil
	for i, method := range []string{InstantRunoff, STVScottish, STVGregory, STVMeek, Schulze, RankedPairs, Copeland, Borda} {
		seats := 1
		if strings.HasPrefix(method, "stv") {
			seats = 5
		}
		m.Contests[2].Counts = append(m.Contests[2].Counts, CountRule{fmt.Sprint(i), "Count", method, seats, "draw"})
	}
}

// mixedRoll is a manifest after mixture and edit, for these voters.
func mixedRoll(t *testing.T, voters []Voter, edit func(m *Manifest)) (*Manifest, *Roll) {
	draft := draftManifest()
	mixture(draft)
	edit(draft)
	r, err := NewRoll(voters)
	require.NoError(t, err)
	hash := r.Hash()
	draft.Roll = RollID{Hash: hex.EncodeToString(hash[:]), Voters: r.Len()}
	m, err := ParseManifest(encodeManifest(t, draft))
	require.NoError(t, err)
	return m, r
}

// A weight stays with a vote through the mix.
func TestVotersOfAMixedContestHaveOneWeight(t *testing.T) {
	t.Parallel()
	same := func(*Manifest) {}
	for _, tc := range []struct {
		name   string
		voters []Voter
		edit   func(m *Manifest)
		says   string
	}{
		{"one weight", []Voter{voter(1, 0, 3), voter(2, 0, 3), voter(3, 2, 3)}, same, ""},
		{"another weight in a style without mixed contests", []Voter{voter(1, 0, 3), voter(2, 1, 1), voter(3, 1, 2)}, same, ""},
		{"another weight in another mixed contest", []Voter{voter(1, 0, 3), voter(2, 2, 1)}, func(m *Manifest) {
			m.Styles[0].Contests, m.Styles[2].Contests = []string{"order", "lists", "chair"}, []string{"name"}
		}, ""},
		{"two weights in one style", []Voter{voter(1, 0, 3), voter(2, 0, 4)}, same, `contest "order": its voters have weights from 3 to 4`},
		{"two weights in a mixed style", []Voter{voter(1, 2, 1), voter(2, 2, 1), voter(3, 2, 1<<20)}, same, "weights from 1 to 1048576"},
		{"two weights in two styles", []Voter{voter(1, 0, 7), voter(2, 2, 5)}, same, `contest "order": its voters have weights from 5 to 7`},
		{"two weights in one of two contests", []Voter{voter(1, 0, 7), voter(2, 2, 5)}, func(m *Manifest) {
			m.Styles[0].Contests = []string{"name", "lists", "chair"}
		}, `contest "name": its voters have weights from 5 to 7`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m, r := mixedRoll(t, tc.voters, tc.edit)
			if tc.says == "" {
				require.NoError(t, m.CheckRoll(r))
				return
			}
			require.ErrorContains(t, m.CheckRoll(r), tc.says)
		})
	}
}

func TestMixesAndCountsHoldTheVoters(t *testing.T) {
	t.Parallel()
	many := func(write int) *Contest { return mustContest(t, Rule{Type: OneOfMany, WriteIn: write}, 2) }
	rank := func(n, most int) *Contest { return mustContest(t, Rule{Type: Ranked, Min: num(0), Max: num(most)}, n) }
	for _, tc := range []struct {
		name          string
		contest       *Contest
		voters, width int
		says          string
	}{
		{"as many rows as a mix holds", many(0), 1 << 20, 1, ""},
		{"a row more", many(0), 1<<20 + 1, 1, "1048577 voters with 2 elements each are too many for one mix"},
		{"as many elements as a mix holds", many(60), 1 << 20, 3, ""}, // 3 + 1 elements
		{"elements of two more blocks", many(60), 1 << 20, 1, "1048576 voters with 6 elements each"},
		{"long texts", many(300), 1<<22/12 + 1, 16, "349526 voters with 12 elements each"},
		{"no longer texts", many(300), 1 << 22 / 12, 16, ""},
		{"few rankings", rank(5, 5), 1 << 20, 4, ""},
		{"a voter more than a count has places for", rank(30, 15), 1<<18 + 1, 16, "262145 voters can rank 15 options in more ways than one count holds, which is 4194304 places"},
		{"as many voters as a count has places for", rank(30, 15), 1 << 18, 16, ""},
		{"a place more for each", rank(30, 16), 1 << 18, 16, "262144 voters can rank 16 options"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := tc.contest.checkVoters(&cohort{tc.voters, 1, 1}, tc.width)
			if tc.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.says)
		})
	}
}

// The number of legal votes is that of the payloads that ReadVote takes.
func TestRankingsAreCounted(t *testing.T) {
	t.Parallel()
	for n := 2; n <= 5; n++ {
		for low := range n + 1 {
			for high := max(1, low); high <= n; high++ {
				for _, equal := range []bool{false, true} {
					c := mustContest(t, Rule{Type: Ranked, Min: num(low), Max: num(high), Equal: equal}, n)
					legal := 0
					payload := make([]byte, 30)
					for x := range pow(n+1, n) {
						for i := range n {
							payload[i] = byte(x / pow(n+1, i) % (n + 1))
						}
						if _, err := c.ReadVote(payload); err == nil {
							legal++
						}
					}
					require.Equal(t, float64(legal), c.form.(*ranked).rankings(), "%d to %d of %d, equal %v", low, high, n, equal)
				}
			}
		}
	}
	for _, equal := range []bool{false, true} {
		all := mustContest(t, Rule{Type: Ranked, Min: num(255), Max: num(255), Equal: equal}, 255).form.(*ranked).rankings()
		require.Greater(t, all, 1e300)
	}
}

func pow(base, exponent int) int {
	n := 1
	for range exponent {
		n *= base
	}
	return n
}

func TestWarningsOfMixedContests(t *testing.T) {
	t.Parallel()
	voters := append(electorate(1, 30, 0, 1), electorate(101, 10, 2, 1)...)
	calm := func(m *Manifest) {
		m.MinBallots = 10
		m.Styles[1].Contests = []string{"lists"}
		m.Styles = []Style{m.Styles[0], m.Styles[2]}
		m.Contests[2].Rule.Max = num(2) // 5 + 5·4 rankings
		m.Contests[3].Rule.WriteIn = 0
	}
	for i := range voters {
		voters[i].Style /= 2
	}
	pattern := `contest "order": there are more rankings than its 40 voters can use, so that an agreed one marks a ballot`
	for _, tc := range []struct {
		name string
		edit func(m *Manifest)
		says []string
	}{
		{"nothing", func(*Manifest) {}, nil},
		{"one mix", func(m *Manifest) { m.Mixes = 1 }, []string{"mixes is 1: the one mixer alone can say whose the votes"}},
		{"mixers that can be left out", func(m *Manifest) { m.Mixers = append(m.Mixers, Party{ID: "third", Name: "Third", Key: hexKey(777)}) },
			[]string{"mixes is 2 of 3 mixers: any 2 of them"}},
		{"one ranking more than voters", func(m *Manifest) {
			m.Contests[2].Options = append(m.Contests[2].Options, Option{ID: "flo", Name: "Flo"}, Option{ID: "guy", Name: "Guy"})
		}, []string{pattern}},
		{"equal ranks", func(m *Manifest) { // 5 + 10·3 rankings, and 10·13 of three
			m.Contests[2].Rule.Equal, m.Contests[2].Counts = true, nil
		}, nil},
		{"more equal ranks", func(m *Manifest) {
			m.Contests[2].Rule.Equal, m.Contests[2].Counts, m.Contests[2].Rule.Max = true, nil, num(3)
		}, []string{pattern}},
		{"long rankings", func(m *Manifest) { m.Contests[2].Rule.Max = num(5) }, []string{pattern}},
		{"written texts", func(m *Manifest) { m.Contests[3].Rule.WriteIn = 1 }, []string{`contest "name": every written text is published`}},
		{"few ballots", func(m *Manifest) { m.MinBallots = 9 }, []string{"min_ballots is 9"}},
		{"everything", func(m *Manifest) {
			m.MinBallots, m.Mixes, m.Contests[2].Rule.Max, m.Contests[3].Rule.WriteIn = 1, 1, num(5), 300
		}, []string{"mixes is 1", "min_ballots is 1", pattern, `contest "name"`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m, r := mixedRoll(t, voters, func(m *Manifest) { calm(m); tc.edit(m) })
			require.NoError(t, m.CheckRoll(r))
			got := m.Warnings(r)
			require.Len(t, got, len(tc.says), "%q", got)
			for i := range got {
				require.Contains(t, got[i], tc.says[i])
			}
			require.Equal(t, got, m.Warnings(nil), "all voters have both mixed contests")
		})
	}
}

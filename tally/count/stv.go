package count

import (
	"fmt"
	"math/big"
)

// STVRule is a rule of the single transferable vote.
type STVRule string

// The rules; docs/spec/ranked.md, sections 4 and 5.
const (
	Scottish STVRule = "scottish" // Scottish local government: weighted inclusive Gregory, values cut off at 5 decimals
	Gregory  STVRule = "gregory"  // weighted inclusive Gregory in exact fractions, quota exactly V/(S+1)
	Meek     STVRule = "meek"     // Meek's method with 9 decimals as in the Reference Meek Rule
)

// Transfers is the outcome of STV with its working. Slices follow the candidates.
type Transfers struct {
	Rule       STVRule
	Ties       TieBreak
	Candidates []string
	Seats      int
	Ballots    uint64 // all, blank ones included
	Blank      uint64
	Stages     []Stage
	Elected    []string // in order of election; of one stage, most votes first
	Undecided  int      // seats that Report left open
}

// Stage is one stage of Transfers, after which somebody is elected or, in the end,
// excluded. Votes, Exhausted and Lost always add up to the ballots that are not
// blank.
type Stage struct {
	Surplus  string // whose surplus was transferred, or empty
	Excluded string // whose votes were transferred; under Meek, who is excluded at the end of the stage
	Choice   *Choice
	Parcels  []Parcel // what was transferred; not under Meek

	Quota     *big.Rat
	Votes     []*big.Rat
	Exhausted *big.Rat
	Lost      *big.Rat // what cutting off decimals has cost so far

	Keep       []*big.Rat // under Meek, the part of each ballot that a candidate keeps; else nil
	Iterations int        // under Meek

	Elected []string // who has the quota now
	Filled  []string // who is elected without it, as many being left as seats
}

// Parcel is a number of ballots, equal in value, that move in one stage.
type Parcel struct {
	Received *big.Rat // the value of each with which the candidate had received them
	Value    *big.Rat // the value of each with which they go on
	To       []uint64 // how many go to each candidate
	None     uint64   // how many go to nobody
}

// STV gives seats by the single transferable vote. Equal ranks are an error, as
// are more seats than candidates. Ties are decided by earlier stages where the
// rule says so, then by ties; if that is Report, the count ends at the tie with
// the seats that are left undecided. Time is linear in places on ballots, for Meek
// times iterations and for Gregory times the square of the length of its
// fractions. Both are limited, and an error says so. Implements docs/spec/ranked.md, sections 4 and 5.
func STV(r Ranked, rule STVRule, seats int, ties TieBreak, seed [32]byte) (*Transfers, error) {
	t, err := r.stv(rule, seats, ties, seed)
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	return t, nil
}

func (r Ranked) stv(rule STVRule, seats int, ties TieBreak, seed [32]byte) (*Transfers, error) {
	if err := oneOf("rule", rule, Scottish, Gregory, Meek); err != nil {
		return nil, err
	}
	if err := checkTies(ties); err != nil {
		return nil, err
	}
	papers, blank, err := r.papers("the single transferable vote")
	if err != nil {
		return nil, err
	}
	if seats < 1 || seats > len(r.Candidates) {
		return nil, fmt.Errorf("seats: must be 1 to %d, the number of candidates, not %d", len(r.Candidates), seats)
	}
	t := &Transfers{Rule: rule, Ties: ties, Candidates: r.Candidates, Seats: seats, Ballots: r.Weight(), Blank: blank}
	d := chooser{r.Candidates, ties, seed}
	if rule == Meek {
		err = newMeek(t, d, papers).run()
	} else {
		err = newGregory(t, d, papers).run()
	}
	if err != nil {
		return nil, err
	}
	t.Undecided = seats - len(t.Elected)
	return t, nil
}

// Valid is the number of ballots that are not blank.
func (t *Transfers) Valid() uint64 { return t.Ballots - t.Blank }

// standing is who is elected and who is still in, during a count.
type standing struct {
	*Transfers
	chooser
	in []bool // continuing candidates, neither elected nor excluded
}

// elect gives seats to those with the quota, most votes first, and then to all who
// are left if they are as many as the seats (rule 52). It reports whether the
// count is complete.
func (s *standing) elect(stage *Stage, reached func(votes *big.Rat) bool) bool {
	var won []int
	for _, c := range members(s.in) {
		if reached(stage.Votes[c]) {
			won = append(won, c)
			s.in[c] = false
		}
	}
	stage.Elected = s.seat(stage, won)
	if left := members(s.in); len(left) == s.Seats-len(s.Elected) {
		stage.Filled = s.seat(stage, left)
		for _, c := range left {
			s.in[c] = false
		}
	}
	return len(s.Elected) == s.Seats
}

func (s *standing) seat(stage *Stage, won []int) []string {
	sortByVotes(won, stage.Votes)
	ids := pickNames(s.names, won)
	s.Elected = append(s.Elected, ids...)
	return ids
}

// lowest are the continuing candidates with at most slack votes more than the
// fewest.
func (s *standing) lowest(votes []*big.Rat, slack *big.Rat) []int {
	left := members(s.in)
	least := votes[left[0]]
	for _, c := range left {
		if votes[c].Cmp(least) < 0 {
			least = votes[c]
		}
	}
	limit := new(big.Rat).Add(least, slack)
	var out []int
	for _, c := range left {
		if votes[c].Cmp(limit) <= 0 {
			out = append(out, c)
		}
	}
	return out
}

// one picks one of the equals, if there is more than one: by the latest of the
// earlier stages at which they were unequal (rules 49 and 51), and again among
// those with the same votes there, then by the rule for ties. It returns -1 if
// that leaves it open.
func (s *standing) one(stage *Stage, context string, equals []int, lookBack bool) int {
	if len(equals) == 1 {
		return equals[0]
	}
	c := &Choice{Context: context, Between: pickNames(s.names, equals)}
	stage.Choice = c
	for k := len(s.Stages) - 1; k >= 0 && lookBack; k-- {
		left := extremes(equals, s.Stages[k].Votes, context == contextExclusion)
		if len(left) < len(equals) {
			equals = left
			c.Looks = append(c.Looks, Look{k + 1, pickNames(s.names, left)})
		}
		if len(equals) == 1 {
			c.Chosen = s.names[equals[0]]
			return equals[0]
		}
	}
	return s.choose(c, equals)
}

// extremes are those of the candidates with the most votes, or with the fewest.
func extremes(candidates []int, votes []*big.Rat, fewest bool) []int {
	var out []int
	for _, c := range candidates {
		order := 0
		if len(out) > 0 {
			order = votes[c].Cmp(votes[out[0]])
		}
		if fewest {
			order = -order
		}
		if order > 0 {
			out = out[:0]
		}
		if order >= 0 {
			out = append(out, c)
		}
	}
	return out
}

package ballot

import (
	"maps"
	"slices"

	"veche.example/proofs"
)

// The types of rules.
const (
	OneOfN     = "one-of-n"   // exactly one option
	KOfN       = "k-of-n"     // Min to Max options
	Approval   = "approval"   // any set of options
	Score      = "score"      // 0 to Max for each option
	Cumulative = "cumulative" // Total points, at most PerOption for each option
	Quadratic  = "quadratic"  // v votes for an option cost v², at most Budget in all
	PartyList  = "party-list" // one list and up to Preferences of its candidates
	Borda      = "borda"      // a full ranking; n-1, n-2, …, 0 points
	Positional = "positional" // a full ranking; Points for each place
	Pairwise   = "pairwise"   // a full ranking; the Condorcet matrix is counted

	// The types of mixed contests, whose ballots are shuffled and then decrypted one by one.
	Ranked    = "ranked"      // Min to Max options in an order
	OneOfMany = "one-of-many" // one option, or a text that the voter writes
)

// maxNumber bounds every number of a rule.
const maxNumber = 65_535

// Rule says which votes of a contest are legal. A field is present exactly if the
// type has it, as listed in docs/spec/rules.md.
type Rule struct {
	Type        string `json:"type"`
	Blank       bool   `json:"blank,omitempty"`       // one-of-n, k-of-n, party-list, one-of-many: a blank vote is allowed and counted
	Min         *int   `json:"min,omitempty"`         // k-of-n, ranked
	Max         *int   `json:"max,omitempty"`         // k-of-n, score, ranked
	PerOption   *int   `json:"per_option,omitempty"`  // cumulative
	Total       *int   `json:"total,omitempty"`       // cumulative
	Exact       bool   `json:"exact,omitempty"`       // cumulative: all points must be spent
	Budget      *int   `json:"budget,omitempty"`      // quadratic
	Preferences *int   `json:"preferences,omitempty"` // party-list
	Points      []int  `json:"points,omitempty"`      // positional, best place first
	Equal       bool   `json:"equal,omitempty"`       // ranked: several options may share a rank
	WriteIn     int    `json:"write_in,omitempty"`    // one-of-many: most bytes of a written text, 0 for none
}

// scheme is the compiled rule of a contest whose votes are added up: how choices become
// bits and bits become votes.
type scheme interface {
	// bits is the number of bits m; it is known before anything that long is made.
	bits() int
	// build states the matrix M and the constraints K b = k over bits 0..m-1.
	build() *piece
	outputs(c *Contest) []Output
	// encode sets the zeroed bits to those of a legal choice.
	encode(c *Contest, choice *Choice, bits []byte) error
	// decode is the inverse of encode for bits that satisfy the constraints.
	decode(c *Contest, bits []byte) Choice
}

// piece is the part of one contest in a proofs.Relation.
type piece struct {
	bits        int
	rows        [][]proofs.Term // of M, one per position
	constraints []proofs.Constraint
}

// position adds a row of M.
func (p *piece) position(terms ...proofs.Term) { p.rows = append(p.rows, ascending(terms)) }

// require adds the constraint Σ terms = equals.
func (p *piece) require(equals int64, terms ...proofs.Term) {
	p.constraints = append(p.constraints, proofs.Constraint{Terms: ascending(terms), Equals: equals})
}

// ascending sorts terms by bit, which makes a row unique.
func ascending(terms []proofs.Term) []proofs.Term {
	return slices.SortedFunc(slices.Values(terms), func(a, b proofs.Term) int { return a.Bit - b.Bit })
}

// terms is how many terms and rows the contest adds to a relation; none if it is mixed or
// has problems. Every bit is in one at least.
func (c *Contest) terms() int {
	p := c.piece
	if p == nil {
		return 0
	}
	n := len(p.rows) + len(p.constraints)
	for _, row := range p.rows {
		n += len(row)
	}
	for _, k := range p.constraints {
		n += len(k.Terms)
	}
	return n
}

// appendTo adds the piece as the next contest of a relation.
func (p *piece) appendTo(r *proofs.Relation) {
	rows := make([][]proofs.Term, len(p.rows))
	for i, row := range p.rows {
		rows[i] = shifted(row, r.Bits)
	}
	for _, k := range p.constraints {
		r.Constraints = append(r.Constraints, proofs.Constraint{Terms: shifted(k.Terms, r.Bits), Equals: k.Equals})
	}
	r.Contests = append(r.Contests, rows)
	r.Bits += p.bits
}

func shifted(terms []proofs.Term, by int) []proofs.Term {
	if by == 0 {
		return terms // both are read only
	}
	out := make([]proofs.Term, len(terms))
	for i, t := range terms {
		out[i] = proofs.Term{Bit: t.Bit + by, Coef: t.Coef}
	}
	return out
}

// bit is the term 1·b_j.
func bit(j int) proofs.Term { return proofs.Term{Bit: j, Coef: 1} }

// bitRange is Σ b_j over lo ≤ j < hi.
func bitRange(lo, hi int) []proofs.Term {
	terms := make([]proofs.Term, 0, hi-lo+2)
	for j := lo; j < hi; j++ {
		terms = append(terms, bit(j))
	}
	return terms
}

// form is the compiled rule of a mixed contest: how choices become payloads.
type form interface {
	// size is the length of the payload in bytes, before it is padded.
	size() int
	// encode sets the zeroed payload to that of a legal choice.
	encode(c *Contest, choice *Choice, payload []byte) error
	// decode is the inverse of encode for the payloads that encode gives. For all others
	// the error is an InvalidVote.
	decode(c *Contest, payload []byte) (Choice, error)
}

// ruleType is what one type of rule may state and how it compiles: to a scheme or to a
// form.
type ruleType struct {
	fields string // space-separated
	scheme func(r *Rule, p *problems, at string, c *Contest) scheme
	form   func(r *Rule, p *problems, at string, c *Contest) form
}

var ruleTypes = map[string]ruleType{
	OneOfN:     {"blank", (*Rule).oneOfN, nil},
	KOfN:       {"blank min max", (*Rule).kOfN, nil},
	Approval:   {"", (*Rule).approval, nil},
	Score:      {"max", (*Rule).score, nil},
	Cumulative: {"per_option total exact", (*Rule).cumulative, nil},
	Quadratic:  {"budget", (*Rule).quadratic, nil},
	PartyList:  {"blank preferences", (*Rule).partyList, nil},
	Borda:      {"", (*Rule).borda, nil},
	Positional: {"points", (*Rule).positional, nil},
	Pairwise:   {"", (*Rule).pairwise, nil},
	Ranked:     {"min max equal", nil, (*Rule).ranked},
	OneOfMany:  {"blank write_in", nil, (*Rule).oneOfMany},
}

// compile checks the rule and returns its scheme or its form, which are meaningless if
// there were problems.
func (r *Rule) compile(p *problems, at string, c *Contest) (scheme, form) {
	t, ok := ruleTypes[r.Type]
	switch {
	case !ok:
		p.oneOf(at+".type", r.Type, slices.Sorted(maps.Keys(ruleTypes))...)
	case !r.checkFields(p, at, t.fields):
	case t.form != nil:
		return nil, t.form(r, p, at, c)
	default:
		return t.scheme(r, p, at, c), nil
	}
	return nil, nil
}

package ballot

import (
	"cmp"
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
)

// maxNumber bounds every number of a rule.
const maxNumber = 65_535

// Rule says which votes of a contest are legal. A field is present exactly if the
// type has it, as listed in docs/spec/rules.md.
type Rule struct {
	Type        string `json:"type"`
	Blank       bool   `json:"blank,omitempty"`       // one-of-n, k-of-n, party-list: a blank vote is allowed and counted
	Min         *int   `json:"min,omitempty"`         // k-of-n
	Max         *int   `json:"max,omitempty"`         // k-of-n, score
	PerOption   *int   `json:"per_option,omitempty"`  // cumulative
	Total       *int   `json:"total,omitempty"`       // cumulative
	Exact       bool   `json:"exact,omitempty"`       // cumulative: all points must be spent
	Budget      *int   `json:"budget,omitempty"`      // quadratic
	Preferences *int   `json:"preferences,omitempty"` // party-list
	Points      []int  `json:"points,omitempty"`      // positional, best place first
}

// scheme is a compiled rule: how choices become bits and bits become votes.
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

// terms is how many terms and rows the piece adds to a relation. Every bit is in one at
// least.
func (p *piece) terms() int {
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

// ruleType is what one type of rule may state and how it compiles.
type ruleType struct {
	fields string // space-separated
	scheme func(r *Rule, p *problems, at string, c *Contest) scheme
}

var ruleTypes = map[string]ruleType{
	OneOfN:     {"blank", (*Rule).oneOfN},
	KOfN:       {"blank min max", (*Rule).kOfN},
	Approval:   {"", (*Rule).approval},
	Score:      {"max", (*Rule).score},
	Cumulative: {"per_option total exact", (*Rule).cumulative},
	Quadratic:  {"budget", (*Rule).quadratic},
	PartyList:  {"blank preferences", (*Rule).partyList},
	Borda:      {"", (*Rule).borda},
	Positional: {"points", (*Rule).positional},
	Pairwise:   {"", (*Rule).pairwise},
}

// scheme checks the rule and returns its scheme, which is meaningless if there were
// problems.
func (r *Rule) scheme(p *problems, at string, c *Contest) scheme {
	t, ok := ruleTypes[r.Type]
	if !ok {
		names := make([]string, 0, len(ruleTypes))
		for name := range ruleTypes {
			names = append(names, name)
		}
		slices.SortFunc(names, cmp.Compare[string])
		p.oneOf(at+".type", r.Type, names...)
		return nil
	}
	if !r.checkFields(p, at, t.fields) {
		return nil
	}
	return t.scheme(r, p, at, c)
}

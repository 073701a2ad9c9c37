package threshold

import (
	"fmt"
	"strings"
)

// Fault is what a BlameError holds against a trustee.
type Fault int

const (
	// Silent: there is no message that the trustee signed for this round.
	Silent Fault = 1 + iota
	// Divided: the trustee has seen other messages than the record holds. It, or
	// whoever showed it another message, is at fault: see Ceremony.CheckEquivocation.
	Divided
	// Guilty: the trustee signed something that breaks the rules, and everybody
	// can check that.
	Guilty
)

// String returns the fault in a word.
func (f Fault) String() string {
	switch f {
	case Silent:
		return "silent"
	case Divided:
		return "divided"
	case Guilty:
		return "guilty"
	}
	return "unknown"
}

// BlameError says why a ceremony is void, or a decryption share worth nothing,
// and who is behind it.
type BlameError struct {
	Fault    Fault
	Trustees []int // 1-based indices in ascending order
	Reason   string
}

// Error names the trustees and the reason.
func (e *BlameError) Error() string {
	return fmt.Sprintf("%s: %s", e.Fault, e.Reason)
}

// verdict collects what one round of messages holds against trustees.
type verdict struct {
	round  string
	faults [Guilty + 1]map[int]string
}

func (v *verdict) add(f Fault, trustee int, format string, args ...any) {
	if v.faults[f] == nil {
		v.faults[f] = make(map[int]string)
	}
	if _, ok := v.faults[f][trustee]; !ok {
		v.faults[f][trustee] = fmt.Sprintf(format, args...)
	}
}

// has reports whether anything is held against the trustee.
func (v *verdict) has(trustee int) bool {
	for _, m := range v.faults {
		if _, ok := m[trustee]; ok {
			return true
		}
	}
	return false
}

// err returns the worst fault with all trustees that have it, or nil.
func (v *verdict) err() error {
	for f := Guilty; f >= Silent; f-- {
		if len(v.faults[f]) > 0 {
			return v.blame(f)
		}
	}
	return nil
}

func (v *verdict) blame(f Fault) *BlameError {
	e := &BlameError{Fault: f}
	var reasons []string
	for i := 1; i <= MaxTrustees; i++ {
		if reason, ok := v.faults[f][i]; ok {
			e.Trustees = append(e.Trustees, i)
			reasons = append(reasons, fmt.Sprintf("trustee %d: %s", i, reason))
		}
	}
	e.Reason = v.round + ": " + strings.Join(reasons, "; ")
	return e
}

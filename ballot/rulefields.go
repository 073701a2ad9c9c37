package ballot

import (
	"slices"
	"strings"
)

// checkFields checks that the rule states the numbers of its type and nothing else.
// It reports whether the numbers can be used.
func (r *Rule) checkFields(p *problems, at, fields string) bool {
	before := p.found
	allowed := strings.Fields(fields)
	for _, f := range []struct {
		name  string
		value *int
	}{
		{"min", r.Min}, {"max", r.Max}, {"per_option", r.PerOption}, {"total", r.Total},
		{"budget", r.Budget}, {"preferences", r.Preferences},
	} {
		applies := slices.Contains(allowed, f.name)
		switch {
		case !applies && f.value != nil:
			r.misplaced(p, at, f.name)
		case applies && f.value == nil:
			p.add(at+"."+f.name, "missing; rule %q needs it", r.Type)
		case applies:
			p.within(at+"."+f.name, *f.value, 0, maxNumber)
		}
	}
	for _, f := range []struct {
		name    string
		present bool
	}{
		{"blank", r.Blank}, {"exact", r.Exact}, {"points", r.Points != nil}, {"equal", r.Equal}, {"write_in", r.WriteIn != 0},
	} {
		if f.present && !slices.Contains(allowed, f.name) {
			r.misplaced(p, at, f.name)
		}
	}
	return p.found == before
}

func (r *Rule) misplaced(p *problems, at, field string) {
	remedy := "leave it out"
	switch {
	case field == "blank" && r.Type == Approval:
		remedy = `use "k-of-n" with min 1, max the number of options, and blank`
	case field == "blank" && r.Type == Ranked:
		remedy = "state min 0 to allow a blank vote"
	}
	p.add(at+"."+field, "rule %q has no such field; %s", r.Type, remedy)
}

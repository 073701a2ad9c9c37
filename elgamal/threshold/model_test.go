package threshold

import (
	"testing"

	"pgregory.net/rapid"
)

// What a trustee may do in the model. Each is one deviation in one round.
const (
	honest = iota
	silent0
	silent1
	silent2
	silent3
	smallTransport   // guilty in round 0
	shortCommitment  // guilty in round 1
	otherCommitment  // guilty in round 2
	noPossession     // guilty in round 2
	identityConstant // guilty in round 2
	otherView        // divided in round 2
	liesTo           // guilty in round 3 if the target complains
	blames           // guilty in round 3, or the target if it lied
	otherDigest      // divided in round 3
	behaviours
)

type actor struct{ does, target int }

// act turns the actors into a change.
func act(actors []actor) change {
	return func(p *play, round, i int, m []byte) []byte {
		a := actors[i-1]
		if m == nil {
			return nil
		}
		var then change
		switch a.does {
		case silent0, silent1, silent2, silent3:
			then = only(a.does-silent0, i, silence)
		case smallTransport:
			then = spoil(0, i, func(_ *play, b []byte) []byte { return append(header(0, i), make([]byte, keySize)...) })
		case shortCommitment:
			then = spoil(1, i, func(_ *play, b []byte) []byte { return b[:len(b)-1] })
		case otherCommitment:
			then = spoil(1, i, flip(-1))
		case noPossession:
			then = forge(i, nil, func(_ *play, f *forgery) { clear(f.possession) })
		case identityConstant:
			then = forge(i, nil, func(_ *play, f *forgery) { clear(f.coefficients[:elementSize]) })
		case otherView:
			then = spoil(2, i, flip(headerSize))
		case liesTo:
			then = forge(i, nil, func(_ *play, f *forgery) { f.shares[a.target-1][0] ^= 1 })
		case blames:
			then = falseBlame(i, a.target, nil)
		case otherDigest:
			then = spoil(3, i, flip(headerSize))
		default:
			return m
		}
		return then(p, round, i, m)
	}
}

// expected is the model: who is to blame for what, in the first faulty round.
func expected(actors []actor) (Fault, []int) {
	rounds := [4][4]map[int]bool{}
	note := func(round int, f Fault, i int) {
		if rounds[round][f] == nil {
			rounds[round][f] = map[int]bool{}
		}
		rounds[round][f][i] = true
	}
	for k, a := range actors {
		i := k + 1
		switch a.does {
		case silent0, silent1, silent2, silent3:
			note(a.does-silent0, Silent, i)
		case smallTransport:
			note(0, Guilty, i)
		case shortCommitment:
			note(1, Guilty, i)
		case otherCommitment, noPossession, identityConstant:
			note(2, Guilty, i)
		case otherView:
			note(2, Divided, i)
		case otherDigest:
			note(3, Divided, i)
		case blames:
			note(3, Guilty, blamed(actors, i, a.target))
		default:
			if liar := lowestLiar(actors, i); liar != 0 {
				note(3, Guilty, blamed(actors, i, liar))
			}
		}
	}
	for _, r := range rounds {
		for f := Guilty; f >= Silent; f-- {
			var who []int
			for i := range actors {
				if r[f][i+1] {
					who = append(who, i+1)
				}
			}
			if who != nil {
				return f, who
			}
		}
	}
	return 0, nil
}

// lowestLiar is the dealer that a trustee who follows the rules complains about.
func lowestLiar(actors []actor, i int) int {
	for k, a := range actors {
		if a.does == liesTo && a.target == i {
			return k + 1
		}
	}
	return 0
}

// blamed is who is at fault when complainant accuses accused.
func blamed(actors []actor, complainant, accused int) int {
	if a := actors[accused-1]; a.does == liesTo && a.target == complainant && accused != complainant {
		return accused
	}
	return complainant
}

func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "n")
		threshold := rapid.IntRange(1, n).Draw(t, "t")
		width := rapid.IntRange(1, 2).Draw(t, "W")
		actors := make([]actor, n)
		faults := rapid.IntRange(0, 3).Draw(t, "faults")
		for range faults {
			i := rapid.IntRange(0, n-1).Draw(t, "who")
			actors[i] = actor{rapid.IntRange(0, behaviours-1).Draw(t, "does"), rapid.IntRange(1, n).Draw(t, "target")}
		}
		p := newPlay(n, threshold, width).run(act(actors))
		fault, who := expected(actors)
		if fault == 0 {
			p.requireSuccess(t)
			return
		}
		p.requireBlame(t, fault, who...)
	})
}

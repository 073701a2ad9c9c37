package threshold

import (
	"bytes"
	"slices"
	"testing"
)

// only returns a change of one message.
func only(round, i int, f func(p *play, message []byte) []byte) change {
	return func(p *play, r, k int, m []byte) []byte {
		if r == round && k == i && p.errs[i-1] == nil {
			return f(p, m)
		}
		return m
	}
}

// spoil returns a change of the body that trustee i signs in a round.
func spoil(round, i int, f func(p *play, body []byte) []byte) change {
	return only(round, i, func(p *play, m []byte) []byte { return p.resign(i, f(p, body(m))) })
}

func flip(at int) func(*play, []byte) []byte {
	return func(_ *play, b []byte) []byte {
		b[(at+len(b))%len(b)] ^= 1
		return b
	}
}

func silence(*play, []byte) []byte { return nil }

func TestFaultsInACeremony(t *testing.T) {
	t.Parallel()
	open := func(p *play) int { return p.c.openSize() }
	for name, test := range map[string]struct {
		change   change
		fault    Fault
		trustees []int
	}{
		"silent in round 0":       {only(0, 2, silence), Silent, []int{2}},
		"silent in round 1":       {only(1, 2, silence), Silent, []int{2}},
		"silent in round 2":       {only(2, 2, silence), Silent, []int{2}},
		"silent in round 3":       {only(3, 2, silence), Silent, []int{2}},
		"empty message":           {only(0, 2, func(*play, []byte) []byte { return []byte{} }), Silent, []int{2}},
		"signature of another":    {only(0, 2, func(p *play, m []byte) []byte { return p.resign(1, body(m)) }), Silent, []int{2}},
		"signature bit flipped":   {only(1, 2, flip(-1)), Silent, []int{2}},
		"body changed after it":   {only(2, 2, flip(100)), Silent, []int{2}},
		"index 0":                 {spoil(0, 2, flip(2)), Silent, []int{2}},
		"message of another":      {only(1, 3, func(p *play, m []byte) []byte { return p.rounds[1][0] }), Silent, []int{3}},
		"index of another":        {spoil(1, 3, func(_ *play, b []byte) []byte { b[2] = 1; return b }), Silent, []int{3}},
		"message of round before": {only(1, 3, func(p *play, m []byte) []byte { return p.rounds[0][2] }), Silent, []int{3}},
		"three megabytes":         {spoil(2, 2, func(_ *play, b []byte) []byte { return append(b, make([]byte, 3<<20)...) }), Silent, []int{2}},

		"short transport key":     {spoil(0, 2, func(_ *play, b []byte) []byte { return b[:len(b)-1] }), Guilty, []int{2}},
		"long transport key":      {spoil(0, 2, func(_ *play, b []byte) []byte { return append(b, 0) }), Guilty, []int{2}},
		"short commitment":        {spoil(1, 2, func(_ *play, b []byte) []byte { return b[:len(b)-1] }), Guilty, []int{2}},
		"wrong commitment":        {spoil(1, 2, flip(-1)), Guilty, []int{2}},
		"commitment of another":   {spoil(1, 3, func(p *play, b []byte) []byte { return append(header(1, 3), body(p.rounds[1][0])[headerSize:]...) }), Guilty, []int{3}},
		"other coefficient":       {spoil(2, 2, flip(headerSize+hashSize)), Guilty, []int{2}},
		"possession of T spoiled": {spoil(2, 2, func(p *play, b []byte) []byte { b[open(p)-64*p.c.Width] ^= 1; return b }), Guilty, []int{2}},
		"possession of s spoiled": {spoil(2, 2, func(p *play, b []byte) []byte { b[open(p)-32] ^= 1; return b }), Guilty, []int{2}},
		"no possession":           {spoil(2, 2, func(p *play, b []byte) []byte { return slices.Delete(b, open(p)-64*p.c.Width, open(p)) }), Guilty, []int{2}},
		"possession of zeros":     {spoil(2, 2, func(p *play, b []byte) []byte { clear(b[open(p)-64*p.c.Width : open(p)]); return b }), Guilty, []int{2}},
		"possession of another": {spoil(2, 3, func(p *play, b []byte) []byte {
			copy(b[open(p)-64*p.c.Width:], p.rounds[2][0][open(p)-64*p.c.Width:open(p)])
			return b
		}), Guilty, []int{3}},
		"one share missing":     {spoil(2, 2, func(p *play, b []byte) []byte { return b[:len(b)-p.c.shareSize()] }), Guilty, []int{2}},
		"one share too many":    {spoil(2, 2, func(p *play, b []byte) []byte { return append(b, b[len(b)-p.c.shareSize():]...) }), Guilty, []int{2}},
		"empty dealing":         {spoil(2, 2, func(_ *play, b []byte) []byte { return b[:headerSize] }), Guilty, []int{2}},
		"bytes after a dealing": {spoil(2, 2, func(_ *play, b []byte) []byte { return append(b, 0) }), Guilty, []int{2}},
		"another view":          {spoil(2, 2, flip(headerSize)), Divided, []int{2}},

		"share bit flipped":          {spoil(2, 2, flip(-1)), Guilty, []int{2}},
		"encapsulated key of zeros":  {spoil(2, 2, func(p *play, b []byte) []byte { clear(b[open(p) : open(p)+32]); return b }), Guilty, []int{2}},
		"shares of two swapped":      {spoil(2, 2, swapShares), Guilty, []int{2}},
		"everybody gets one's share": {spoil(2, 2, copyShare), Guilty, []int{2}},

		"verdict without content":    {spoil(3, 2, func(_ *play, b []byte) []byte { return b[:headerSize] }), Guilty, []int{2}},
		"verdict without kind":       {spoil(3, 2, func(_ *play, b []byte) []byte { return b[:len(b)-1] }), Guilty, []int{2}},
		"verdict of kind 2":          {spoil(3, 2, func(_ *play, b []byte) []byte { b[len(b)-1] = 2; return b }), Guilty, []int{2}},
		"bytes after a confirmation": {spoil(3, 2, func(_ *play, b []byte) []byte { return append(b, 0) }), Guilty, []int{2}},
		"blame without content":      {spoil(3, 2, func(_ *play, b []byte) []byte { b[len(b)-1] = kindBlame; return b }), Guilty, []int{2}},
		"confirms another digest":    {spoil(3, 2, flip(headerSize)), Divided, []int{2}},
		"blames on another digest": {spoil(3, 2, func(p *play, b []byte) []byte {
			return verdictBody(2, [32]byte{1}, 1, transportSecret(p, 2))
		}), Divided, []int{2}},

		"blames a good share":         {falseBlame(2, 1, nil), Guilty, []int{2}},
		"blames its own share":        {falseBlame(2, 2, nil), Guilty, []int{2}},
		"blames index n+1":            {falseBlame(2, 4, nil), Guilty, []int{2}},
		"blames index 65535":          {falseBlame(2, 65535, nil), Guilty, []int{2}},
		"blames with another's key":   {falseBlame(2, 1, func(p *play) []byte { return transportSecret(p, 3) }), Guilty, []int{2}},
		"blames with key of zeros":    {falseBlame(2, 1, func(p *play) []byte { return make([]byte, 32) }), Guilty, []int{2}},
		"blames with unclamped key":   {falseBlame(2, 1, func(p *play) []byte { return unclamp(transportSecret(p, 2)) }), Guilty, []int{2}},
		"blames with short key":       {falseBlame(2, 1, func(p *play) []byte { return transportSecret(p, 2)[:31] }), Guilty, []int{2}},
		"blames with long key":        {falseBlame(2, 1, func(p *play) []byte { return append(transportSecret(p, 2), 0) }), Guilty, []int{2}},
		"guilt outranks silence":      {both(only(2, 1, silence), spoil(2, 3, flip(headerSize+hashSize))), Guilty, []int{3}},
		"division outranks silence":   {both(only(3, 1, silence), spoil(3, 3, flip(headerSize))), Divided, []int{3}},
		"two guilty, two names":       {both(spoil(2, 1, flip(headerSize+hashSize)), spoil(2, 3, flip(headerSize+hashSize))), Guilty, []int{1, 3}},
		"two silent, two names":       {both(only(1, 1, silence), only(1, 2, silence)), Silent, []int{1, 2}},
		"first fault ends the search": {both(only(0, 1, silence), spoil(2, 3, flip(50))), Silent, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newPlay(3, 2, 2).run(test.change).requireBlame(t, test.fault, test.trustees...)
		})
	}
}

func both(a, b change) change {
	return func(p *play, round, i int, m []byte) []byte { return b(p, round, i, a(p, round, i, m)) }
}

func transportSecret(p *play, i int) []byte {
	b, err := p.keyed[i-1].transport.Bytes()
	if err != nil {
		panic(err)
	}
	return b
}

func unclamp(b []byte) []byte { b[0] |= 1; return b }

func falseBlame(complainant, accused int, secret func(p *play) []byte) change {
	return spoil(3, complainant, func(p *play, b []byte) []byte {
		key := transportSecret(p, complainant)
		if secret != nil {
			key = secret(p)
		}
		return verdictBody(complainant, p.publicRecord(3).digest(), accused, key)
	})
}

func swapShares(p *play, b []byte) []byte {
	size := p.c.shareSize()
	first, second := b[p.c.openSize():][:size], b[p.c.openSize()+size:][:size]
	saved := bytes.Clone(first)
	copy(first, second)
	copy(second, saved)
	return b
}

func copyShare(p *play, b []byte) []byte {
	size := p.c.shareSize()
	copy(b[p.c.openSize()+size:], b[p.c.openSize():][:size])
	return b
}

package mixnet

import (
	"context"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// proving is a proof that is being written.
type proving struct {
	*transcript.Prover
	nonces func(label string) nonces // a stream for the next message
	work   *work
}

// hedged returns nonces that are derived from the whole witness, the state of the
// proof and fresh randomness.
func hedged(p *transcript.Prover, w *Witness) func(label string) nonces {
	key := p.Nonces(w.bytes(), "key").Scalar().Bytes()
	return func(label string) nonces { return p.Nonces(key, label).Scalar }
}

func (p *proving) elements(e []group.Element) {
	for k := range e {
		p.Element(&e[k])
	}
}

// argument is what a prover of a sub-argument does.
type argument struct {
	label   string
	commit  func(*work, nonces) []group.Element
	respond func(x *group.Scalar) []group.Scalar
}

// exchange sends the elements of a sub-argument, draws x, and sends the scalars.
func (p *proving) exchange(a argument) {
	p.elements(a.commit(p.work, p.nonces(a.label)))
	last := a.respond(p.Challenge())
	for k := range last {
		p.Scalar(&last[k])
	}
}

// Prove returns the proof for what Shuffle returned. It panics if the lists do not
// fit the witness; a witness of another shuffle gives a proof that does not
// verify. It is an error if the context ends. progress, unless it is nil, is told the
// units of work done and their total. The arithmetic is constant time; memory
// accesses follow the permutation.
func (s *Statement) Prove(ctx context.Context, w *Witness, progress func(done, total int)) ([]byte, error) {
	return s.hedgedProof(&work{ctx: ctx, progress: progress, total: s.units()}, w)
}

func (s *Statement) hedgedProof(work *work, w *Witness) ([]byte, error) {
	if err := s.Check(); err != nil || len(w.π) != s.In.rows || len(w.ρ) != s.In.rows*len(s.In.shape) {
		panic("mixnet: the witness is of another list")
	}
	if s.In.rows == 0 {
		return nil, work.ctx.Err()
	}
	p := s.bind(s.layout()).Prove()
	proof := s.prove(&proving{p, hedged(p, w), work}, w)
	if err := work.ctx.Err(); err != nil {
		return nil, err // what was written after it has ended is no proof
	}
	return proof, nil
}

// prove writes the proof in the order of the specification.
func (s *Statement) prove(p *proving, w *Witness) []byte {
	l := s.layout()
	π, r := w.padded(l.size()), draw(p.nonces("c_A"), l.m)
	p.elements(comPermutation(p.work, l, π, r)) // c_A
	u := powers(p.Challenge(), l.size()+1)[1:]
	b := permuted(u, π)
	t := draw(p.nonces("c_B"), l.m)
	p.elements(comAll(p.work, l.cut(b), t)) // c_B
	y, z, _ := distinct(p.Challenge)
	p.product(l, shifted(π, b, y, z), openings(y, r, t))
	arg := s.multiexpProver(l, b, t, w.total(b, len(s.In.shape)))
	p.exchange(argument{"multiexp", arg.commit, arg.respond})
	return p.Proof()
}

func (s *Statement) multiexpProver(l layout, b, t, ρ []group.Scalar) *multiexpProver {
	return &multiexpProver{shape: s.In.shape, keys: s.Keys, n: l.n, b: l.wide().cut(b), s: cut(t, l.κ), ρ: ρ,
		out: matrix{l.wide(), s.In.shape.elements(), s.Out.points}}
}

// product proves that the product of all d is what the verifier expects.
func (p *proving) product(l layout, d, rd []group.Scalar) {
	rows := l.cut(d)
	sv := newSingleProver(rows[0], &rd[0])
	if l.m > 1 {
		h := newHadamardProver(rows, rd)
		p.elements(h.commit(p.work, p.nonces("hadamard")))
		θ, ψ := p.Challenge(), p.Challenge()
		zero := h.zero(θ, ψ)
		p.exchange(argument{"zero", zero.commit, zero.respond})
		sv = h.single()
	}
	p.exchange(argument{"single", sv.commit, sv.respond})
}

// padded returns π(1)..π(size), counted from 1, with π(i) = i for padding.
func (w *Witness) padded(size int) []int {
	π := make([]int, size)
	for i := range π {
		π[i] = i + 1
		if i < len(w.π) {
			π[i] = w.π[i] + 1
		}
	}
	return π
}

// comPermutation returns c_A.
func comPermutation(work *work, l layout, π []int, r []group.Scalar) []group.Element {
	return commitments(work, l.m, l.n, func(i int) *group.Element {
		return comIndices(π[i*l.n:(i+1)*l.n], l.size(), &r[i])
	})
}

// permuted returns u_π(1), u_π(2), ….
func permuted(u []group.Scalar, π []int) []group.Scalar {
	b := make([]group.Scalar, len(π))
	for i := range b {
		b[i].Set(&u[π[i]-1])
	}
	return b
}

// shifted returns d_i = y π(i) + b_i − z.
func shifted(π []int, b []group.Scalar, y, z *group.Scalar) []group.Scalar {
	d, t := make([]group.Scalar, len(π)), group.NewScalar()
	for i := range d {
		t.Sub(&b[i], z)
		d[i].MulAdd(y, d[i].SetUint64(uint64(π[i])), t)
	}
	return d
}

// openings returns y r_i + t_i.
func openings(y *group.Scalar, r, t []group.Scalar) []group.Scalar {
	out := make([]group.Scalar, len(r))
	for i := range out {
		out[i].MulAdd(y, &r[i], &t[i])
	}
	return out
}

// total returns ρ = −Σ_i b_i ρ_i, block by block.
func (w *Witness) total(b []group.Scalar, blocks int) []group.Scalar {
	sum, t := make([]group.Scalar, blocks), group.NewScalar()
	for k := range w.ρ {
		β := k % blocks
		sum[β].Sub(&sum[β], t.Mul(&b[k/blocks], &w.ρ[k]))
	}
	return sum
}

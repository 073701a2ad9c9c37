// Package group is ristretto255 (RFC 9496), the one prime-order group of this
// module: elements, scalars, multi-scalar multiplication, fixed-base tables and
// hashing to the group. Code that works with ciphertexts, proofs or ballots does
// not need it; code that builds a new proof does.
//
// Arithmetic methods write their receiver and return it, and arguments may
// alias it. Everything is constant time in the values of scalars and elements
// unless its name begins with VarTime or it says that its input is public:
// decoding is variable time, because encodings are public. Lengths of slices
// are public everywhere.
//
// A Scalar's zero value is 0. The zero values of Element and Affine are not
// elements, and using one panics. Use Equal to compare: == does not compile.
//
// docs/spec/group.md is the normative description.
package group

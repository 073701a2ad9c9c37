// Package peerbench compares elgamal/group with another implementation of the
// same group. It is a module of its own, so that nobody else depends on the other one.
package peerbench

// Package suite is the choice of algorithms: a Hash, a Signer with its Verifier and a Cipher, each one small interface, of which
// there are two families. Standard is SHA-256, Ed25519 and AES-256-GCM; State is SM3, SM2 and SM4-GCM, as systems under the
// commercial cryptography assessment (GB/T 39786) use them. The settings choose one; docs/cryptography.md says which use follows
// the choice, and which does not because its own standard names the algorithm.
//
// A Suite has a Mark, one digit, for stores to write beside what it made: so a store may change its suite and still open, find and
// verify what it has.
//
// SM2, SM3 and SM4 are those of github.com/emmansun/gmsm, a library that no authority has certified; a certified module takes the
// place of the three functions behind a Suite.
//
// It owns no tables and says no facts.
package suite

// Package merkle is a log of commitments to which nothing can be done but to add: whoever holds one signed head of it can
// check that all that came before is still there, in its order and unchanged.
//
// A caller commits an entry, a salted hash, in the transaction of what it is about (Add). Within seconds Sequence folds what
// waits into a Merkle tree (RFC 6962 hashing, by golang.org/x/mod/sumdb/tlog) and signs its head as a C2SP checkpoint. The tree
// is public: Tile and Checkpoint serve it by C2SP tlog-tiles, and since entries are hashes of salted texts it says nothing about
// them. When a text and its salt are deleted every proof still holds.
//
// A Witness remembers the heads of other logs and cosigns only those that continue what it saw (C2SP tlog-witness), so a log
// cannot show two people two histories. Prove gives what proves one entry to anybody offline (C2SP tlog-proof); Audit compares
// the whole log with what is stored.
//
// Under the suite State each head has a second line, of SM2 with SM3, over which those pass who do not know it. Restart gives the log of a
// store that was restored a new name and new keys, with a text that joins the end of the old log to the new one.
//
// It owns the tables merkle_waiting, merkle_leaf, merkle_node, merkle_head, merkle_seen and merkle_restart and says no facts.
package merkle

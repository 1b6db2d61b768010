// Package vault keeps a data key for each subject and seals texts with it, so that destroying one short row makes everything
// ever written about that subject unreadable: in the tables, in what the engine keeps of old pages, and in every copy of them.
//
// A sealed text names its subject and is bound to the table, column and row it stands in (an AEAD with these as
// associated data; see package suite): moved to another row or column it does not open. Empty texts stay empty; everything else is longer by its
// subject and 28 bytes in base64, and tells its length and nothing more. A text that does not carry the mark of a sealed one
// was written before there were keys, and is given as it stands.
//
// A data key has 256 random bits and is wrapped by a master key, which is made of the store's secret.key and a salt. Rotate makes a new master key and wraps every data key anew while others read and write; Tidy takes away masters
// that wrap nothing. No key is kept in memory but master keys: what was destroyed is gone for every process at once.
//
// It owns the tables vault_master and vault_key and says no facts.
package vault

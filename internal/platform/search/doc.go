// Package search finds Chinese and Latin words in short texts, the same on both engines.
//
// Terms are made in Go: the text is put into one form (NFKC, lower case), a run of letters or digits
// is one word, a run of Chinese characters becomes its single characters and its pairs. A query
// matches a text that holds all of its terms: of a query's Chinese run of two or more only the pairs
// are asked for, so 路灯 finds 路灯 and not 灯…路. Terms are stored as codes of letters and digits, so
// no text can be read as query syntax. Results come newest first by time-ordered id; nothing is ranked.
//
// Owned tables: search_entry (space, id and the row of its terms) and the engine's full text index.
// Index in a reaction, not in the transaction that takes a request in: it is most of the cost.
package search

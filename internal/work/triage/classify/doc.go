// Package classify is a linear text classifier for short Chinese messages: one-vs-rest support
// vector machines on hashed runs of one to three characters, trained by dual coordinate descent.
//
// It knows nothing about government: a label is a string in the training rows. A text is reduced to
// Han characters without function words (fold.go), because the usual training sets have lost their
// punctuation and stop words; the same is done to what is classified. The first characters of a
// message (its subject) count apart from the rest. Probabilities are softmax values of the margins
// with a temperature fitted on rows a fold did not see.
//
// Training is deterministic: the same rows in the same order give the same file, byte for byte, on
// the same kind of processor. It owns no table; a model is one file with version and checksum.
package classify

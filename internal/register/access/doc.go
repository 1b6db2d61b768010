// Package access answers one question: may this actor do this to that thing.
//
// The rules are Cedar policies in policies/*.cedar, one file per subject. Nothing is allowed that no
// permit names, and one forbid beats every permit. Each policy carries @id, which is shown to staff and
// kept in the trail; a forbid also carries @reason, the key of the sentence a person reads.
//
// The package knows nothing of cases, units or persons: the caller describes them in a Resource. It owns
// no table and says no fact. A list page asks Scope once and puts it into its SQL; a property test holds
// Scope and the policies to the same answer.
package access

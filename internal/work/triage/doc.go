// Package triage suggests whose duty a message is, with reasons a dispatcher can check.
//
// Every duty valid on the day is weighed at once: signals (the duty's words found in the message,
// rare and strong words and words of the subject weigh more), the class the trained classifier sees,
// the place, the kind, and precedents (what rulings said about messages with the same words). The
// scores are shares: those of one suggestion sum to less than 1, the rest is "none of these". When
// nothing speaks for a duty, the class's general duty or the hotline centre is proposed and the
// reason says so. A rule of the duty list that cannot be evaluated is an Alarm beside the candidates.
//
// The classifier is optional (package classify, one file under the data folder): without it the
// signals decide and the reasons say so.
//
// It owns the tables triage_suggestion (the last suggestion stored for a case) and triage_precedent
// (what rulings taught), and of a pack the file triage.yaml and examples/routing.yaml. It keeps
// words of the duty list, never the requester's sentences. It says no facts.
package triage

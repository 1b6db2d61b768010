// Package survey is the lists for which residents are asked something at their doors (摸排): who is asked what, by whom, why, and until when.
//
// A survey has an owner (a unit and the member of staff who proposed it), a purpose in plain words, a legal basis, an area, at most six
// typed questions and an end, 90 days away at most. Another unit's supervisor approves it, and may give it more time once. Then
// members of staff are sent on a Round through an area; they see only whom they were sent to. At the end, which comes by itself, rows
// are removed, the survey's key is destroyed, and a Certificate says what was destroyed, when and by which rule.
//
//	proposed -> running  approved by a supervisor of the area, of another unit
//	proposed -> refused  by such a supervisor, or because its end came first
//	running  -> ended    its date, or before it by the owner's unit or a supervisor
//	ended    -> destroyed within a minute, by a chore; there is no way around it
//
// This is the third room of personal data, and a closed one: names, phones, addresses and answers are sealed under a key of the
// survey itself and stay here, so that one destroyed key ends them in every copy. Nobody becomes a person of the register by being
// asked. Every function that gives something of somebody takes a trail.Reader or an actor and writes the row in the same
// transaction. Nothing of it is indexed for search, and there is no export: a file would outlive the end.
//
// It owns the tables survey_survey, survey_round, survey_entry and survey_certificate and says no facts.
package survey

// Package consent keeps why the city handles personal data, and who agreed to what.
//
// A Purpose comes from the pack (purposes.yaml): who answers for it, and its texts, each with a date. A text says what is collected,
// why, on which basis in law, and how long it is kept; Sync puts the texts into the store, and one that was in force never changes
// there: a new version follows it. Where the basis is consent, people agree to a version of the text (Give), take it back as easily
// (Withdraw), and have a receipt of both (ReceiptOf). A standing consent is asked for again when a newer text is in force; one that
// was given for a single matter holds by the text it was given to.
//
// A purpose of a risky kind goes live only when an assessment of its text was approved by somebody other than its writer (Personal
// Information Protection Law, articles 55 and 56). Need asks all of this at once: whoever uses data for a purpose calls it in the
// transaction of the use.
//
//	consents:     given -> withdrawn, or superseded by a newer one
//	assessments:  draft -> approved -> replaced; kept three years at least (Tidy)
//
// Every giving and withdrawing leaves a row in the person's trail that names the digest of its receipt, so that the log of the trail
// proves it. It owns the tables consent_text, consent_given and consent_assessment and says no facts. It holds ids, never a name.
package consent

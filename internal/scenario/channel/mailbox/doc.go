// Package mailbox takes letters in: from a folder (a Maildir's new/, or *.eml files put there under another name and
// renamed when they are whole) and from an SMTP listener on the loopback address, which puts what it accepts into the same
// folder and answers 250 only when it lies there safely.
//
// A letter becomes a request, or a remark when it answers one of our letters: the number in its subject or the thread in its
// References, and only from the requester's own address. It then moves to done/, where it is kept thirty days; what
// cannot be taken (a bounce, a mailing list, an automatic answer, our own letter, something unreadable or too large) moves
// to aside/ with the reason in a file beside it and is never answered. A process may die anywhere: a letter is known by its
// Message-ID, sender and words, and is taken once.
//
// From is whatever the sender writes. So a letter never confirms, contests or withdraws anything and is told no state by
// itself; the worst a forger can do is to add words to a request whose number is known, which the page shows as such.
package mailbox

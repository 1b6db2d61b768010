// Package notify tells people things: in the program itself, by SMS, by e-mail and by WeChat.
//
// Outbox.Send writes a row in the caller's transaction, so what is rolled back is never told, and a message
// with the same key is kept once. A message to the person's page (InApp) is there with the commit. The others
// wait for the delivery worker: it claims due rows with a lease in one short transaction (several processes
// share the work), resolves the address and sends outside any transaction, and marks each row sent, waiting
// for another attempt, or failed. After maxAttempts, or when the gateway refuses for good, the row stays in
// Failures until somebody retries it.
//
// A process that dies between sending and marking sends again after the lease: delivery is at least once.
// The key goes along to the gateway, which may use it to send once.
//
// Rows hold no phone number and no address: To is a reference ("person:ID", "staff:ID") that a function given
// by app turns into address and language at the moment of delivery. Templates are keys of the message
// catalogue; arguments must hold no personal data. What gateways answer is kept without the address.
//
// Owned tables: notify_outbox, notify_message. It says no facts.
package notify

// Package webhook tells other systems over HTTP what happened here, signed as Standard Webhooks
// (standardwebhooks.com) say.
//
// An Endpoint is an address with the types of messages it wants and a secret. Post writes a row for every
// endpoint in the caller's transaction, so what is rolled back is never told. A worker claims due rows with a
// lease, sends outside any transaction and writes down every attempt. Several processes may work at once. A
// message is tried ten times over about a day, with jitter; a receiver that answers nothing good for half a day
// is disabled with a note, one that answers 410 at once. Everything, or one thing, can be sent again.
//
// Delivery is at least once and in no order: the webhook-id stays the same whenever a message is sent again, and
// receivers drop what they have seen. Each process sends at most a few messages at a time to one endpoint, so a
// slow receiver does not hold up the others.
//
// Messages go to public addresses over https, unless the operator allows others. The address is checked when the
// connection is made, so a name that changes its address wins nothing; redirects are not followed; of the answer
// little is read. Secrets are sealed with a key of the data folder; Secret shows one to its owner. Nothing here is logged but
// ids; what is kept of a failure holds neither secret nor address.
//
// Owned tables: webhook_endpoint, webhook_delivery, webhook_attempt. It says no facts.
package webhook

// Package sms takes in text messages that an SMS gateway hands over by HTTP, and hears what became of those that went out.
//
// Gateways differ in the names of their fields and in how they show who they are; Form reads JSON and forms by names from
// the settings, and In asks for a signature (see channel.Signed) or a fixed token. Every message has an id: it is taken
// once. Parts of a long message wait for each other as a draft of work/request, ten minutes at most.
//
// The number a message comes from is the carrier's word and the gateway is authenticated, so a text message counts as a
// call from that phone: it may ask how a request stands, confirm and contest. It never shows anything but the state of
// the sender's own requests. What the answers cost is bounded: see channel.Say.
package sms

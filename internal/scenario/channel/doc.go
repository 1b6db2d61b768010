// Package channel is where words come in that are not typed into a page: e-mail (mailbox), SMS (sms), the WeChat
// official account (wechat) and what the police hand over (police). Each has a folder of its own; here is what they do
// alike.
//
// A message is taken once: Once notes its id in the transaction that does what it says, so a gateway may send it as
// often as it likes and a process may die at any moment. What comes in finds its person by the address it came from
// (see register/person); words become a request, a number gives its state, yes and no are the requester's word on an
// answer, anything after it a remark.
//
// # How far an address is believed
//
//	SMS     the carrier gives the number, the gateway's message is signed: as good as a call from that phone.
//	        It may ask for states, confirm and contest.
//	WeChat  the platform has signed the user in, and seals each message and signs what it sealed: likewise. A plain
//	        message is not taken: its signature does not cover what it says.
//	110     the police platform signs; it hands over, and asks nothing.
//	e-mail  the sender is whatever the letter says. A letter never confirms, contests or withdraws anything and is told
//	        no state; it makes a request, or a remark on a request made from the same address. Answers go to the address,
//	        so whoever forged it does not see them.
//
// Addresses, names and words lie in register/person and work/request alone. The tables here hold ids: channel_taken, what
// was taken; channel_talk and channel_media, how far a chat is; channel_token, the sealed access token; channel_transfer,
// what went to the police. It says no facts.
package channel

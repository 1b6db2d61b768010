// Package frontline is the room of people on their feet: a unit's orders, a
// subdistrict's and a community's calls, what is found on patrol, and orders
// from above. Its pages are made for a phone first and are good on a desk.
//
// It decides nothing: a page draws what casework.Allowed gives, and the text of
// every refusal comes from the package that refused.
//
// What a requester said is read when an order is opened, and the phone only when
// somebody asks for it with a purpose; both leave a row in the trail. Lists show
// redacted headlines.
//
// It owns no table and says no facts.
package frontline

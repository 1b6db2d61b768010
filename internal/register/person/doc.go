// Package person keeps the people who speak to the city: a name, the addresses they speak from, a language.
//
// This is one of the two rooms of personal data that stays; what surveys gather is in a third and dies there. Everybody else holds the id. A person is found again by
// the phone, else the e-mail address, else the WeChat openid through a blind index (HMAC by the suite in use, under a key kept
// outside the database), so the address itself is never searched and a stolen table cannot be turned back by trying
// all numbers. An address written down beside the first is a claim: it is noted and finds nobody. Two persons become
// one only by proof (Join): a code sent to the phone of the one came back from the address of the other.
//
// Every exported function that gives a name or address, whole or masked, takes a trail.Reader and writes the
// trail row in the same transaction: an answer exists only with its row. A read is therefore a db.Write.
// VerifyPhone, Find and Reach compare without revealing and leave no row.
//
// It owns the tables person_person, person_address, person_erasure and person_index and says no facts. Names and addresses cross into SQL in
// store.go (sealed and opened) and store_address.go only: that is the place where a field cipher belongs.
package person

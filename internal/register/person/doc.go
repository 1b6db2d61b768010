// Package person keeps the people who speak to the city: a name, a phone, a language.
//
// This is one of the two rooms of personal data; everybody else holds the id. A person is found again by
// the phone through a blind index (HMAC-SHA256 under a key kept outside the database), so the number
// itself is never searched and a stolen table cannot be turned back by trying all numbers.
//
// Every exported function that gives a name or phone, whole or masked, takes a trail.Reader and writes the
// trail row in the same transaction: an answer exists only with its row. A read is therefore a db.Write.
// VerifyPhone and Find compare without revealing and leave no row.
//
// It owns the table person_person and says no facts. Name and phone cross into SQL in store.go only, in
// sealed and opened: that is the place where a field cipher belongs.
package person

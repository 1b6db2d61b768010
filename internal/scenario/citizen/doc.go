// Package citizen is the room of everybody: report something with a photo and a place, follow it by number and
// phone, confirm, contest and rate, see who looked at one's data, and read what the city solved for others. Its
// pages are made for a phone first and work without script.
//
// Whose request it is, is proven in one of three ways: a signed-in citizen owns it; number and phone were given on
// /track; or this browser sent it. The last two are a signed cookie for one request and 30 minutes. The number of an
// anonymous request proves less: once its case is public the number is public too, and then only shows progress.
//
// A report is a form of three steps. What was typed travels in hidden fields; photos are stored when they arrive, and
// their keys travel signed together with the form's id, so that nobody can attach another's files.
//
// It owns no table and says no facts. Rooms of work decide; this one draws what they allow.
package citizen

// Package hotline is the room of the 12345 desk: taking calls, giving cases to
// units, deciding what units ask for, ruling disputes, following up, and looking
// after contested cases. Its pages are made for eight hours a day: dense, by
// keyboard, and whole without script.
//
// The five boards (queue, changes, rulings, followup, contested) are one page: a
// list beside the case that is open in it, with the form of the board's work.
// Every form carries the version of the case its writer saw; when somebody else
// was faster the page says what happened meanwhile and keeps what was typed.
//
// It decides nothing: a page draws what casework.Allowed gives, and the text of
// every refusal comes from the package that refused.
//
// A requester's words are read when a case is opened, the number only when
// somebody asks for it with a purpose; both leave a row in the trail. What a
// requester says never stands in an address, so the live suggestion is a POST.
//
// It owns no table and says no facts.
package hotline

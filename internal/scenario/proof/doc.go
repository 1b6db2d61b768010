// Package proof is the room where people keep the ways in which they prove who they are: passkeys of citizens and of
// staff, under /me/passkeys and /account/passkeys.
//
// A passkey is made and used by the browser's own window, which needs a small script; without script, or where the
// browser or the address knows no passkeys, its button does not show and everything else works as before. The question
// to the browser is kept in the store, is good once and for five minutes, and only for the browser that carries the
// token of its cookie.
//
// Grave acts of every room ask for a fresh proof here; see Guard. Whoever has no phone at hand comes in with a code of a sheet of
// paper, which a citizen prints under /me/sheet. Who lost phone and paper goes to a counter, where one member of staff sees a document
// and another gives the account back, under /desk/recovery: everything the lost phone held ends, and a new sheet is printed. With it they
// come in and give the account another phone, under /me/phone.
//
// It owns no table and says no facts; package identity keeps what is proved.
package proof

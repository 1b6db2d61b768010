// Package wallet is where credentials are given, held and shown: the counter's desk under /desk/credentials, the holder's page under
// /me/credentials, what the holder is asked under /present, and whoever asks under /verify (anybody) and /desk/verify (staff).
//
// The holder's key is made in the browser and never leaves it (web/islands/wallet.ts); the server signs a credential for it once the
// browser has proven that it has the key. Presenting is made in the browser, too. The address of the issuer's keys, of each kind and of
// the status lists is public and holds nothing of anybody.
//
// It owns no table and says no facts; package credential keeps what is stated.
package wallet

// Package police hands matters to and from 110, as the State Council's rule on linking 12345 with 110 asks: what is no
// matter for the police comes here, what is one goes there, and both sides know each other's number.
//
// From 110: a signed POST with the police platform's own id becomes a request of the channel "110" and is answered with
// our number; sent again it is answered alike. To 110: whoever works at the desk presses a button on a case. The
// package (words, place, contact) leaves through the outbox with its retries and its list of failures; it is put together
// at the moment of sending, so that words and contact lie in no row, and each time it is a look of that member of staff in the
// requester's trail. The receipt, which is the number at 110, is kept with the case.
package police

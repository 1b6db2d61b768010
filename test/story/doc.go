// Package story plays whole stories of the city over HTTP against the real handler, on a clock that the story sets. It finds
// links, buttons and fields by the words people read, as a person does, and has nothing but tests.
//
// The browser tests in test/browser play the same loop through the real program; what needs hours to pass is played here.
package story

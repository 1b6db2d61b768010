// Package survey is where surveys are made, walked and looked at: at the desk of those who own and approve them, on the phone of those who
// ask at doors, and in public, where everybody sees which surveys run, until when, and what is left of those that ended.
//
// At the desk nobody sees a whole name: lists are masked, and masks are marks of the viewer. On a round one sees whole whom one was sent
// to, one at a time. Every page works without script, and every form is one act however often it is sent. When somebody else was
// faster the page says so and keeps what was typed; when the survey ended meanwhile it says that nothing was kept.
//
// It owns no table and says no facts; package survey of the floor below decides and keeps.
package survey

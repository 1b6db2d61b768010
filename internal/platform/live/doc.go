// Package live tells open screens to look again. A signal is a topic and an event word ("case:01J…", "changed") and
// holds no data: the screen asks the server for what it may see. Signals are lossy and never the truth; a screen that
// missed one is right again at its next load.
//
// The way is one stream of server-sent events for each browser (see islands/parts/live.ts). App decides which topics
// a visitor may hear and passes those to Serve; a stream ends after some minutes, so that the question is asked again.
//
// It owns no table and says no facts; app publishes from reactions and after commits.
package live

// Package trust is the room where anybody checks the city without trusting it: the log of who looked at whom.
//
// It serves the log's head and tiles (C2SP tlog-tiles), cosigns the heads of other cities' logs (C2SP tlog-witness), and has a
// page on which a receipt is checked inside the reader's browser (web/islands/verify.ts), with the same outcome as
// banyan trail verify.
package trust

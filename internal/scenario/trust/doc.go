// Package trust is the room where anybody checks the city without trusting it: the log of who looked at whom, and why the city handles
// personal data.
//
// It serves the log's head and tiles (C2SP tlog-tiles), cosigns the heads of other cities' logs (C2SP tlog-witness), and has a
// page on which a receipt is checked inside the reader's browser (web/islands/verify.ts), with the same outcome as
// banyan trail verify.
//
// It shows the register of purposes to everybody, and to data officers with the assessments that they write and approve; and it has the
// page on which the centre notes what somebody agrees to on the phone or at the counter.
package trust

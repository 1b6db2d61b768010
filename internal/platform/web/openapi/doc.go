// Package openapi is the house's JSON API: typed operations behind a web.Server, with the OpenAPI 3.1 document made
// from the very types that decode and answer.
//
// A room adds its operations with Add; huma reads and checks what comes in and writes what goes out. What the pages
// have, programs have too: the middleware of the server, and refusals by fault kind as RFC 9457 problems in the
// reader's language, in one shape whoever refuses (problem.go).
//
// Every operation with a scope asks for a key that has it: 401 without a key, 403 without the scope. Bodies are read
// strictly: unknown fields and parameters, broken UTF-8 and control characters are refused before a handler runs.
//
// A POST may carry an Idempotency-Key (draft-ietf-httpapi-idempotency-key): a Keeper then makes the effect and the
// kept answer one transaction (once.go). Operations of many transactions that may come again are kept out (Op.Again).
//
// It owns no table and says no facts.
package openapi

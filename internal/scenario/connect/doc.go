// Package connect is where apps of others meet the city to sign people in: Banyan as an OpenID provider (OpenID Connect Core 1.0) with
// the authorization code flow and PKCE by S256 (RFC 7636), nothing else.
//
// The protocol's parsing, answers and tokens are those of github.com/zitadel/oidc; what may be asked, the pages and what is kept are
// ours. Authorize refuses on a page of its own what names no app or no address of it exactly, and sends every other refusal to the app. Consent asks
// the person: who asks, what is handed over, until when. Without another scope an app learns a subject of its sector and nothing
// else; name and phone leave by UserInfo only, each time with a row in the person's trail in the same transaction.
//
// A form of ours may not lead to another site (content security policy), so the way back after one is a page with a link that browsers
// follow at once by its Refresh header; no script is needed.
//
// It owns no table and says no facts; package signon keeps apps, grants and tokens.
package connect

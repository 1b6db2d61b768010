// Package web is how the house speaks HTTP: a server over the standard mux whose handlers return errors,
// and one place each for what every page needs.
//
//   - Errors become pages or RFC 9457 problems (problem.go): the sentence comes from the fault's message key in
//     the reader's language; an internal error shows only a reference, which is the request id of the log.
//   - Pages are templ components; what they know of the request is a Page, found in the context.
//   - Forms decode into structs by tags (decode.go), photos stream to temporary files (photos.go).
//   - Middleware (server.go lists it in order): request id, recover, access log, security headers, CSRF,
//     compression, language and look, keys, session, rate limits, body limits.
//
// Cross-site request forgery: net/http.CrossOriginProtection refuses every POST, PUT, PATCH or DELETE whose
// Sec-Fetch-Site is neither same-origin nor none, or, in browsers before 2023, whose Origin is not our host. A
// browser sends at least one of the two with every cross-site form and fetch, and script cannot forge either;
// clients without both are no browsers and carry no cookie of a victim. All cookies are SameSite=Lax besides, and
// a GET changes nothing. So there is no token to forget, and a page may be cached or left open over night.
//
// The log names a route's pattern, never its URL, so that numbers and search words stay out of it.
//
// It owns no table and says no facts. It does not know the design system in web/: app passes the error page.
package web

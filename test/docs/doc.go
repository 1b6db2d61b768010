// Package docs holds the documents to the repository: every path, link, make target, subcommand, flag, route, variable and
// setting they name must exist. It has nothing but tests.
//
// What counts as a claim: a link; in a code span or an sh block a command; a code span with a slash, which is a path, or
// a route when it begins with one; the first word of a line in a block without a language (a map of folders); a name
// beginning with BANYAN_; a yaml block, which is settings.
package docs

// Package grant says who may read which personal data, for what, by what law, until when and how much of it.
//
// Nobody reads personal data without one: the trail asks Cover before it lets an answer go, and keeps the grant with the row. Posts,
// people themselves and parts of the program have standing grants, which are a file (standing.yaml) beside the policies: they end with
// the post. Another system, and work beside one's post, needs a grant that somebody gave (Give): to one key, one person or one unit,
// with an end. Whether a certain case is within reach stays with the policies of package access; a grant never widens that.
//
// It owns the table grant_given and says no facts. It holds no personal data.
package grant

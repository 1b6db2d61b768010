package arch

// exceptions lists who may import a neighbour on the same floor, and why. A line that is no longer
// used fails the test once both rooms exist.
func exceptions() []exception {
	return []exception{
		{"platform/*", "platform/fault", "every engine refuses in the six kinds people can be told"},
		{"platform/*", "platform/clock", "time is set in tests, everywhere alike"},
		{"platform/*", "platform/db", "engines that keep rows stand on the store"},
		{"platform/*", "platform/suite", "by which algorithms an engine hashes, signs and seals is one choice"},
		{"platform/*", "platform/i18n", "texts in three languages are a value like a number"},

		{"register/org", "register/area", "a unit serves an area, and the most specific unit is found along the chain of areas"},
		{"register/duty", "register/org", "a duty names the units that lead and assist"},
		{"register/duty", "register/area", "which unit leads depends on where it happened"},
		{"register/identity", "register/person", "a citizen's account is a person with a proven phone"},
		{"register/person", "register/trail", "a look at personal data and its trace are one transaction"},
		{"register/apikey", "register/access", "a key acts in a post, and access says what an actor in a post is"},
		{"register/consent", "register/org", "a purpose names the unit that answers for it"},
		{"register/consent", "register/area", "a purpose lies where its unit does"},
		{"register/consent", "register/access", "who may note a consent and approve an assessment is asked where it is done"},
		{"register/consent", "register/trail", "a consent and the row that proves it are one transaction"},
		{"register/grant", "register/access", "a grant is held by an actor, and access says what an actor is"},
		{"register/grant", "register/trail", "a grant covers a look, and the trail says what a look is"},
		{"register/assure", "register/access", "a document is seen by an actor in a post"},
		{"register/mandate", "register/access", "a mandate is used by an actor, and access says what an actor for another is"},
		{"register/credential", "register/access", "who may state something, take it back and ask for it is asked where it is done"},
		{"register/credential", "register/area", "a fact can name a district"},
		{"register/credential", "register/trail", "facts are given with a row in the person's trail, in one transaction"},
		{"register/trail", "register/access", "a look is written down with who looked, and access says who that is"},
	}
}

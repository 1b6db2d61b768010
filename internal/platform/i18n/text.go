package i18n

// Text is a short text of a pack in the three languages. Hant and En may be empty.
type Text struct {
	Hans string `yaml:"zh-Hans" json:"zh-Hans"`
	Hant string `yaml:"zh-Hant,omitempty" json:"zh-Hant,omitempty"`
	En   string `yaml:"en,omitempty" json:"en,omitempty"`
}

// In returns the text in l, or the source text where l has none.
func (t Text) In(l Lang) string {
	switch {
	case l == ZhHant && t.Hant != "":
		return t.Hant
	case l == En && t.En != "":
		return t.En
	default:
		return t.Hans
	}
}

// Empty tells whether there is no text in any language.
func (t Text) Empty() bool { return t == Text{} }

// Complete tells whether all three languages are given.
func (t Text) Complete() bool { return t.Hans != "" && t.Hant != "" && t.En != "" }

// UnmarshalYAML reads a map of languages, or a plain string as the source text alone.
func (t *Text) UnmarshalYAML(unmarshal func(any) error) error {
	var plain string
	if err := unmarshal(&plain); err == nil {
		*t = Text{Hans: plain}
		return nil
	}
	type langs Text // without this method
	return unmarshal((*langs)(t))
}

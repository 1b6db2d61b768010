package request

import (
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
)

// Kind is a kind of request as the pack has it: inquiry, help, complaint, report, suggestion, praise, other.
type Kind struct {
	Code      string    `yaml:"code"`
	Name      i18n.Text `yaml:"name"`
	Anonymous bool      `yaml:"anonymous"` // may be made without a contact
	Public    bool      `yaml:"public"`    // may be published when the requester agrees
}

// Channel is a way a request comes in.
type Channel struct {
	Code string    `yaml:"code"`
	Name i18n.Text `yaml:"name"`
	Icon string    `yaml:"icon"`
}

// Terms are the kinds and channels a city knows, in the pack's order. It never changes after LoadTerms.
type Terms struct {
	Kinds    []Kind
	Channels []Channel
}

// LoadTerms reads kinds.yaml and channels.yaml. The error is pack.Problems.
func LoadTerms(p *pack.Pack) (Terms, error) {
	kinds, from, err := pack.Section(p, "kinds", func(k Kind) string { return k.Code })
	problems := pack.AsProblems(err)
	for _, k := range kinds {
		if k.Name.Hans == "" {
			problems = append(problems, from.Problem(k.Code, "name", "is missing"))
		}
	}
	channels, from, err := pack.Section(p, "channels", func(c Channel) string { return c.Code })
	problems = append(problems, pack.AsProblems(err)...)
	for _, c := range channels {
		if c.Name.Hans == "" {
			problems = append(problems, from.Problem(c.Code, "name", "is missing"))
		}
	}
	return Terms{Kinds: kinds, Channels: channels}, problems.Err()
}

// Kind gives the kind of that code.
func (t Terms) Kind(code string) (Kind, bool) {
	for _, k := range t.Kinds {
		if k.Code == code {
			return k, true
		}
	}
	return Kind{}, false
}

// Channel gives the channel of that code.
func (t Terms) Channel(code string) (Channel, bool) {
	for _, c := range t.Channels {
		if c.Code == code {
			return c, true
		}
	}
	return Channel{}, false
}

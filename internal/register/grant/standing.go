package grant

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// standing is a grant that lasts as long as the post, or as long as somebody is who they are.
type standing struct {
	ID      string        `yaml:"id"`
	Kinds   []access.Kind `yaml:"kinds"`
	Roles   []string      `yaml:"roles"`  // of posts; without any every post
	Uses    []string      `yaml:"uses"`   // purposes of the trail, without their prefix
	Fields  []string      `yaml:"fields"` // without any every field
	Purpose string        `yaml:"purpose"`
}

//go:embed standing.yaml
var standingFile string

// loadStanding reads the file; a word that nobody knows is an error, as a grant that covers nothing by a slip of the pen would be found
// by whoever is refused.
func loadStanding(text string) (list []standing, err error) {
	if err := yaml.UnmarshalWithOptions([]byte(text), &list, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read the standing grants: %w", err)
	}
	var problems []error
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s.ID] || s.ID == "" || len(s.Kinds) == 0 || len(s.Uses) == 0 || s.Purpose == "" {
			problems = append(problems, fmt.Errorf("standing grant %q: needs an id of its own, kinds, uses and a purpose", s.ID))
		}
		seen[s.ID] = true
		problems = append(problems,
			unknown(s.ID, "kind", s.Kinds, access.Kinds()), unknown(s.ID, "role", s.Roles, access.Roles()),
			unknown(s.ID, "use", s.Uses, Uses()), unknown(s.ID, "field", s.Fields, trail.Fields()))
	}
	return list, errors.Join(problems...)
}

func unknown[T ~string](id, what string, given, known []T) error {
	for _, one := range given {
		if !slices.Contains(known, one) {
			return fmt.Errorf("standing grant %q: there is no %s %q", id, what, one)
		}
	}
	return nil
}

// covers tells whether the grant lets an actor read fields for a purpose of the trail.
func (s standing) covers(a access.Actor, use string, fields []string) bool {
	return slices.Contains(s.Kinds, a.Kind) && slices.Contains(s.Uses, use) &&
		(len(s.Roles) == 0 || slices.ContainsFunc(a.Roles, func(r string) bool { return slices.Contains(s.Roles, r) })) &&
		(len(s.Fields) == 0 || within(fields, s.Fields))
}

func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

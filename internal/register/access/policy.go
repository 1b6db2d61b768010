package access

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"github.com/cedar-policy/cedar-go"
	lru "github.com/hashicorp/golang-lru/v2"

	"banyan/internal/platform/fault"
)

//go:embed policies/*.cedar
var files embed.FS

// refused is the message of a refusal that no forbid explains.
const refused = "access.refused"

// Policy is the loaded set of rules. It is immutable and safe for concurrent use.
type Policy struct {
	all      cedar.PolicyMap
	byAction map[string]cedar.PolicyMap // the policies that can speak about an action
	answers  *lru.Cache[question, Decision]
}

// Decision is the answer with the policies that made it.
type Decision struct {
	Allow     bool
	PolicyIDs []string // @id of the deciding policies, sorted; empty when nothing allowed it
	Reason    string   // message key of the refusal; empty when allowed
}

// New loads the policies built into the program. An error names the file and what is wrong with it.
func New() (*Policy, error) {
	paths, err := fs.Glob(files, "policies/*.cedar")
	if err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	answers, err := lru.New[question, Decision](answersMost)
	if err != nil {
		return nil, err
	}
	p := &Policy{all: cedar.PolicyMap{}, byAction: map[string]cedar.PolicyMap{}, answers: answers}
	for _, path := range paths {
		text, err := files.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read policies: %w", err)
		}
		if err := p.add(path, text); err != nil {
			return nil, err
		}
	}
	if err := p.index(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Policy) add(path string, text []byte) error {
	list, err := cedar.NewPolicyListFromBytes(path, text)
	if err != nil {
		return fmt.Errorf("read policies %s: %w", path, err)
	}
	for _, one := range list {
		id, line := string(one.Annotations()["id"]), one.Position().Line
		switch {
		case id == "":
			return fmt.Errorf("policies %s:%d: no @id", path, line)
		case one.Effect() == cedar.Forbid && one.Annotations()["reason"] == "":
			return fmt.Errorf("policies %s:%d: forbid %s has no @reason", path, line, id)
		case p.all[cedar.PolicyID(id)] != nil:
			return fmt.Errorf("policies %s:%d: second policy with @id %s", path, line, id)
		}
		p.all[cedar.PolicyID(id)] = one
	}
	return nil
}

// index sorts the policies by the actions they name, so that a question meets three instead of forty.
func (p *Policy) index() error {
	for id, one := range p.all {
		named, err := namedActions(one)
		if err != nil {
			return fmt.Errorf("read policy %s: %w", id, err)
		}
		for _, action := range Actions() {
			if len(named) > 0 && !slices.Contains(named, action) && !slices.Contains(named, group(action)) {
				continue
			}
			if p.byAction[action] == nil {
				p.byAction[action] = cedar.PolicyMap{}
			}
			p.byAction[action][id] = one
		}
	}
	return nil
}

// namedActions gives the actions and groups in a policy's head; none means any action.
func namedActions(one *cedar.Policy) ([]string, error) {
	text, err := one.MarshalJSON()
	if err != nil {
		return nil, err
	}
	type entity struct{ ID string }
	var head struct {
		Action struct {
			Entity   entity
			Entities []entity
		}
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	var names []string
	for _, e := range append(head.Action.Entities, head.Action.Entity) {
		if e.ID != "" {
			names = append(names, e.ID)
		}
	}
	return names, nil
}

// May decides whether actor may do action to res. An action without a policy is refused.
func (p *Policy) May(actor Actor, action string, res Resource) Decision {
	q := questionOf(actor, action, res)
	if d, ok := p.answers.Get(q); ok {
		d.PolicyIDs = slices.Clone(d.PolicyIDs)
		return d
	}
	d := p.decide(q)
	p.answers.Add(q, d)
	return d
}

func (p *Policy) decide(q question) Decision {
	w := worldOf(q)
	answer, why := cedar.Authorize(p.byAction[q.action], w.entities, w.request)
	d := Decision{Allow: answer == cedar.Allow && len(why.Errors) == 0}
	for _, r := range why.Reasons {
		d.PolicyIDs = append(d.PolicyIDs, string(r.PolicyID))
	}
	slices.Sort(d.PolicyIDs)
	if !d.Allow {
		d.Reason = p.reason(answer, d.PolicyIDs)
	}
	return d
}

// Check is May as an error: Forbidden with the reason's key, or nil.
func (p *Policy) Check(actor Actor, action string, res Resource) error {
	d := p.May(actor, action, res)
	if d.Allow {
		return nil
	}
	return fault.New(fault.Forbidden, d.Reason, "action", action).
		Wrap(fmt.Errorf("%s %s may not %s %s %s: %v", actor.Kind, actor.ID, action, res.Kind, res.ID, d.PolicyIDs))
}

// reason gives the sentence of the first forbid; an answer spoilt by a policy's error has none of its own.
func (p *Policy) reason(answer cedar.Decision, ids []string) string {
	if answer == cedar.Allow || len(ids) == 0 {
		return refused
	}
	return string(p.all[cedar.PolicyID(ids[0])].Annotations()["reason"])
}

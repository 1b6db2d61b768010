package calendar

import (
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
)

// Profile names the limits of one class of case, from the moment a request is received.
type Profile struct {
	Code     string    `yaml:"code" json:"code"`
	Name     i18n.Text `yaml:"name" json:"name"`
	Dispatch Limit     `yaml:"dispatch" json:"dispatch"` // the desk answers, declines or dispatches
	Sign     Limit     `yaml:"sign" json:"sign"`         // a unit signs its order
	First    Limit     `yaml:"first" json:"first"`       // the requester hears from the lead unit
	Arrive   Limit     `yaml:"arrive" json:"arrive"`     // a called unit is on the spot
	Resolve  Limit     `yaml:"resolve" json:"resolve"`   // the lead unit replies
	FollowUp Limit     `yaml:"followup" json:"followup"` // the centre asks whether it is solved
	Decide   Limit     `yaml:"decide" json:"decide"`     // a change asked for is decided
	Confirm  Limit     `yaml:"confirm" json:"confirm"`   // the requester may contest
	Rectify  Limit     `yaml:"rectify" json:"rectify"`   // a bad rating is put right
	Source   string    `yaml:"source" json:"source"`     // the rule the limits come from
}

// Named is one limit of a profile under its name in the pack.
type Named struct {
	Name  string
	Limit Limit
}

// Limits lists all limits of the profile in the order of a case's life.
func (p Profile) Limits() []Named {
	return []Named{
		{"dispatch", p.Dispatch}, {"sign", p.Sign}, {"first", p.First}, {"arrive", p.Arrive},
		{"resolve", p.Resolve}, {"followup", p.FollowUp}, {"decide", p.Decide}, {"confirm", p.Confirm},
		{"rectify", p.Rectify},
	}
}

// Profiles is the set of clock profiles of a pack; it never changes.
type Profiles struct {
	list   []Profile
	byCode map[string]int
}

// NewProfiles makes the set; of two with one code the first is found.
func NewProfiles(list ...Profile) *Profiles {
	s := &Profiles{list: list, byCode: map[string]int{}}
	for i, p := range list {
		if _, known := s.byCode[p.Code]; !known {
			s.byCode[p.Code] = i
		}
	}
	return s
}

// Get gives the profile of that code; ok is false when there is none.
func (s *Profiles) Get(code string) (p Profile, ok bool) {
	i, ok := s.byCode[code]
	if !ok {
		return Profile{}, false
	}
	return s.list[i], true
}

// Has tells whether there is a profile of that code.
func (s *Profiles) Has(code string) bool {
	_, ok := s.byCode[code]
	return ok
}

// All lists the profiles in the pack's order.
func (s *Profiles) All() []Profile { return append([]Profile(nil), s.list...) }

// LoadProfiles reads the section clocks. Every limit of every profile must be there and above 0; all that is
// wrong comes back as pack.Problems.
func LoadProfiles(p *pack.Pack) (*Profiles, error) {
	rows, src, err := pack.Section(p, "clocks", func(r Profile) string { return r.Code })
	ps := pack.AsProblems(err)
	for _, r := range rows {
		for _, l := range r.Limits() {
			if err := l.Limit.Check(); err != nil {
				ps = append(ps, src.Problem(r.Code, l.Name, err.Error()))
			}
		}
	}
	if len(rows) == 0 && len(ps) == 0 {
		ps = append(ps, pack.Problem{File: p.Name + "/clocks.yaml", What: "there is no clock profile"})
	}
	return NewProfiles(rows...), ps.Err()
}

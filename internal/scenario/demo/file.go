package demo

import (
	"banyan/internal/platform/geo"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/register/calendar"
)

// File is demo.yaml of a pack.
type File struct {
	Staff    []Staff   `yaml:"staff"`
	Requests []Request `yaml:"requests"`
	Surveys  []Survey  `yaml:"surveys"`

	Assessments []Assessment `yaml:"assessments"`
}

// Staff is one invented member of staff with a login.
type Staff struct {
	Login string    `yaml:"login"`
	Name  i18n.Text `yaml:"name"`
	Posts []Post    `yaml:"posts"`
}

// Post is a role at a unit.
type Post struct {
	Role string `yaml:"role"`
	Unit string `yaml:"unit"`
}

// Request is one invented request and how far it has gone.
type Request struct {
	ID         string    `yaml:"id"`
	State      string    `yaml:"state"`
	Kind       string    `yaml:"kind"`
	Channel    string    `yaml:"channel"`
	Subject    string    `yaml:"subject"`
	Words      string    `yaml:"words"`
	Area       string    `yaml:"area"`
	Point      geo.Point `yaml:"point"`
	Address    string    `yaml:"address"`
	Contact    Contact   `yaml:"contact"`
	Publish    bool      `yaml:"publish"`
	MinutesAgo int       `yaml:"minutes_ago"`
	Joins      string    `yaml:"joins"`

	Answer   string    `yaml:"answer"`
	Reason   string    `yaml:"reason"` // of a decline
	Duty     string    `yaml:"duty"`
	Ask      *Ask      `yaml:"ask"`
	Call     *Call     `yaml:"call"`
	Reply    *Reply    `yaml:"reply"`
	Attempts int       `yaml:"attempts"`
	FollowUp *FollowUp `yaml:"followup"`
	Contest  string    `yaml:"contest"`
	Rating   *Rating   `yaml:"rating"`
}

// Contact is an invented requester.
type Contact struct {
	Name      string `yaml:"name"`
	Phone     string `yaml:"phone"`
	Anonymous bool   `yaml:"anonymous"`
}

// Ask is a change that waits for a decision.
type Ask struct {
	Kind       string         `yaml:"kind"`
	Reason     string         `yaml:"reason"`
	Words      string         `yaml:"words"`
	Proposed   string         `yaml:"proposed"`
	Extra      calendar.Limit `yaml:"extra"`
	Plan       string         `yaml:"plan"`
	ReviewDays int            `yaml:"review_days"`
}

// Call is a subdistrict's call.
type Call struct {
	By        string   `yaml:"by"`
	Units     []string `yaml:"units"`
	Words     string   `yaml:"words"`
	CheckedIn []string `yaml:"checked_in"`
}

// Reply is the lead unit's reply.
type Reply struct {
	Public    string `yaml:"public"`
	True      bool   `yaml:"is_true"`
	Ours      bool   `yaml:"ours"`
	Contacted string `yaml:"contacted"` // by what means; empty: not contacted
	Solved    bool   `yaml:"solved"`
	WhyNot    string `yaml:"why_not"`
	Next      string `yaml:"next"`
}

// FollowUp is what the requester said.
type FollowUp struct {
	Solved    bool `yaml:"solved"`
	Satisfied bool `yaml:"satisfied"`
}

// Rating is the requester's rating.
type Rating struct {
	Level   int      `yaml:"level"`
	Reasons []string `yaml:"reasons"`
}

// Load reads demo.yaml. Unknown fields come back as pack.Problems.
func Load(p *pack.Pack) (File, error) {
	return pack.Object[File](p, "demo")
}

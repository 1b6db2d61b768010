package consent

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/i18n"
)

// Basis is why the law allows the handling (Personal Information Protection Law, article 13).
type Basis string

// Bases, with the item of article 13 paragraph 1.
const (
	Agreed    Basis = "consent"   // item 1
	Contract  Basis = "contract"  // item 2: what somebody asked for cannot be done without it
	Duty      Basis = "duty"      // item 3: a duty or power that the law gives
	Emergency Basis = "emergency" // item 4: public health, life and property
	News      Basis = "news"      // item 5: news and supervision in the public interest
	Disclosed Basis = "disclosed" // item 6: made public by the person or lawfully by others
	OtherLaw  Basis = "law"       // item 7
)

// Bases lists every basis.
func Bases() []Basis { return []Basis{Agreed, Contract, Duty, Emergency, News, Disclosed, OtherLaw} }

// Kind marks handling that must be assessed before it begins (article 55).
type Kind string

// Kinds. Handling without any is ordinary.
const (
	Sensitive Kind = "sensitive" // article 28
	Automated Kind = "automated" // article 24: decisions by program
	Third     Kind = "third"     // article 23: handed to others
	Public    Kind = "public"    // article 25: made public
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Sensitive, Automated, Third, Public} }

// Purposes that the program itself knows; what they say is the pack's.
const (
	ForPublish = "publish" // showing a request in public
	ForSteps   = "steps"   // telling every step by phone, e-mail or WeChat and not the result alone
	ForApps    = "apps"    // apps of others that sign people in
	ForSurvey  = "survey"  // what residents are asked at their doors
)

// Purpose is a reason to handle personal data.
type Purpose struct {
	ID    string    `yaml:"id"`
	Name  i18n.Text `yaml:"name"`
	Owner string    `yaml:"owner"` // the unit that answers for it
	Asked Asked     `yaml:"asked"` // where people are asked; "" where the basis is not consent
	Texts []Text    `yaml:"texts"`

	path string // of the owner's area
}

// Asked says where people are asked for their consent.
type Asked string

// Places of asking.
const (
	Standing Asked = "standing" // once, until it is taken back
	InMatter Asked = "matter"   // anew in every matter
	InApp    Asked = "app"      // by each app: package signon keeps what was allowed
)

// Text is a version of what is said about a purpose. All of it is what people agree to.
type Text struct {
	Version int        `yaml:"version" json:"version"`
	From    string     `yaml:"from" json:"from"` // the day it is in force from, 2026-12-01
	Basis   Basis      `yaml:"basis" json:"basis"`
	Kinds   []Kind     `yaml:"kinds" json:"kinds,omitempty"`
	What    i18n.Text  `yaml:"what" json:"what"`
	Why     i18n.Text  `yaml:"why" json:"why"`
	Law     *i18n.Text `yaml:"law" json:"law,omitempty"` // the rule behind a duty
	To      *i18n.Text `yaml:"to" json:"to,omitempty"`   // who gets it, for the kinds third and public
	Ask     *i18n.Text `yaml:"ask" json:"ask,omitempty"` // the sentence one agrees to
	After   *i18n.Text `yaml:"after" json:"after,omitempty"`
	Keep    i18n.Text  `yaml:"keep" json:"keep"`
	Kept    []Period   `yaml:"kept" json:"kept,omitempty"`
}

// Period is how long the program keeps one thing by itself.
type Period struct {
	By   string    `yaml:"by" json:"by"` // which chore of the program clears it away
	Days int       `yaml:"days" json:"days"`
	What i18n.Text `yaml:"what" json:"what"`
}

// From is the instant from which the text is in force: the begin of its day in the city.
func (t Text) from() (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, t.From, clock.City)
}

// Begins is the instant from which the text is in force. The text comes from a register, which refused a day that is none.
func (t Text) Begins() time.Time {
	at, _ := t.from()
	return at
}

// Risky tells whether the handling must be assessed first.
func (t Text) Risky() bool { return len(t.Kinds) > 0 }

// body is the text as it is hashed and kept.
func (t Text) body(purpose string) []byte {
	out, err := json.Marshal(struct {
		Purpose string `json:"purpose"`
		Text
	}{purpose, t})
	if err != nil {
		panic(err) // a struct of texts is always JSON
	}
	return out
}

// Hash is the SHA-256 of a version of a purpose's text, in hex.
func (t Text) Hash(purpose string) string {
	sum := sha256.Sum256(t.body(purpose))
	return hex.EncodeToString(sum[:])
}

// InForce gives the text that holds at an instant.
func (p Purpose) InForce(at time.Time) (Text, bool) {
	for _, t := range slices.Backward(p.Texts) {
		if !at.Before(t.Begins()) {
			return t, true
		}
	}
	return Text{}, false
}

// Version gives a version of the text as the pack has it.
func (p Purpose) Version(n int) (Text, bool) {
	i, ok := slices.BinarySearchFunc(p.Texts, n, func(t Text, n int) int { return cmp.Compare(t.Version, n) })
	if !ok {
		return Text{}, false
	}
	return p.Texts[i], true
}

// Register holds a city's purposes in the pack's order. It never changes after Load.
type Register struct {
	list []Purpose
	at   map[string]int
}

// All lists the purposes.
func (r *Register) All() []Purpose { return slices.Clone(r.list) }

// Get gives a purpose.
func (r *Register) Get(id string) (Purpose, bool) {
	i, ok := r.at[id]
	if !ok {
		return Purpose{}, false
	}
	return r.list[i], true
}

package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
)

// stamp is how times are written in digests and receipts: RFC 3339 in UTC with milliseconds.
const stamp = "2006-01-02T15:04:05.000Z"

// digest is what the trail's row says of an act: SHA-256, in hex, of the lines that preimage gives.
func (c Consent) digest(a Act, state string) string {
	sum := sha256.Sum256([]byte(c.preimage(a, state)))
	return hex.EncodeToString(sum[:])
}

// preimage is the act in lines, so that anybody who has the receipt can make the digest anew.
func (c Consent) preimage(a Act, state string) string {
	return lines(c.ID, c.Person, c.Purpose, strconv.Itoa(c.Version), c.Hash, c.Matter, state, a.At.UTC().Format(stamp), string(a.Way), a.Lang)
}

func lines(words ...string) string { return "banyan consent 1\n" + strings.Join(words, "\n") }

// States of an event in a receipt.
const (
	given     = "given"
	withdrawn = "withdrawn"
)

// Receipt is a consent for its giver, with the fields of ISO/IEC TS 27560:2023 (consent record information structure) as far as they
// say something here.
type Receipt struct {
	Schema     string     `json:"schema_version"`
	ID         string     `json:"record_id"`
	Person     string     `json:"pii_principal_id"`
	Processing Processing `json:"processing"`
	Parties    []Party    `json:"party_identification"`
	Events     []Event    `json:"event"`
}

// Processing is what was agreed to.
type Processing struct {
	Notice       string      `json:"privacy_notice"` // address
	Language     string      `json:"language"`
	Purposes     []Agreement `json:"purposes"`
	Jurisdiction string      `json:"jurisdictions"`
	Rights       []string    `json:"privacy_rights"`
	Withdrawal   string      `json:"withdrawal_method"`
}

// Agreement is a purpose in a receipt.
type Agreement struct {
	Purpose    string `json:"purpose"`
	Name       string `json:"purpose_name"`
	Why        string `json:"purpose_description"`
	Basis      string `json:"lawful_basis"`
	Matter     string `json:"matter,omitempty"`
	Collected  string `json:"pii_information"`
	Sensitive  bool   `json:"sensitive_pii"`
	Controller string `json:"pii_controllers"` // party_id
	Recipients string `json:"recipient_third_parties,omitempty"`
	Retention  string `json:"retention_period"`
	Assessed   string `json:"impact_assessment,omitempty"` // id
	Said       string `json:"consent_statement"`
	Version    int    `json:"notice_version"`
	Hash       string `json:"notice_sha256"`
}

// Party is who answers for the handling.
type Party struct {
	ID   string `json:"party_id"`
	Name string `json:"party_name"`
	Role string `json:"party_role"`
}

// Event is one thing that happened to the consent.
type Event struct {
	At       string `json:"event_time"`
	Type     string `json:"event_type"`
	State    string `json:"event_state"`
	Way      string `json:"collection_method"`
	Language string `json:"language"`
	Noted    string `json:"entity_id"` // who noted it
	Row      string `json:"trail_row"`
	Digest   string `json:"trail_subject_sha256"`
	Lines    string `json:"digest_of"` // SHA-256 of it is the digest
}

// Addresses are what a receipt leads to.
type Addresses struct{ Notice, Withdraw string }

// ReceiptOf gives the receipt of a consent in a language; unit is the name of the owner.
func (s *Service) ReceiptOf(tx *db.Tx, c Consent, l i18n.Lang, unit string, at Addresses) (Receipt, error) {
	t, err := s.TextOf(tx, c.Purpose, c.Version)
	if err != nil {
		return Receipt{}, err
	}
	p, _ := s.Purposes.Get(c.Purpose) // one that is no more has an id and no name
	assessed, err := selectAssessed(tx, c.Purpose, c.Version, c.Given.At)
	if err != nil {
		return Receipt{}, err
	}
	of := Agreement{
		Purpose: c.Purpose, Name: p.Name.In(l), Why: t.Why.In(l), Basis: "PIPL-CN 13(1)(1)", Matter: c.Matter, Collected: t.What.In(l),
		Controller: p.Owner, Retention: t.Keep.In(l), Assessed: assessed, Version: c.Version, Hash: c.Hash,
	}
	if t.To != nil {
		of.Recipients = t.To.In(l)
	}
	if t.Ask != nil {
		of.Said = t.Ask.In(l)
	}
	for _, k := range t.Kinds {
		of.Sensitive = of.Sensitive || k == Sensitive
	}
	r := Receipt{
		Schema: "ISO/IEC TS 27560:2023", ID: c.ID, Person: c.Person,
		Processing: Processing{
			Notice: at.Notice, Language: string(l), Purposes: []Agreement{of}, Jurisdiction: "CN", Withdrawal: at.Withdraw,
			Rights: []string{"PIPL-CN 15", "PIPL-CN 44", "PIPL-CN 45", "PIPL-CN 46", "PIPL-CN 47", "PIPL-CN 48"},
		},
		Parties: []Party{{ID: p.Owner, Name: unit, Role: "PII controller"}},
		Events:  []Event{c.event(c.Given, given)},
	}
	if !c.Holds() {
		r.Events = append(r.Events, c.event(c.Ended, withdrawn))
	}
	return r, nil
}

func (c Consent) event(a Act, state string) Event {
	return Event{
		At: a.At.UTC().Format(stamp), Type: "explicit", State: state, Way: string(a.Way), Language: a.Lang, Noted: string(a.Kind) + ":" + a.Actor,
		Row: a.Row, Digest: c.digest(a, state), Lines: c.preimage(a, state),
	}
}

// Proven tells which event of the receipt a row of the trail with that subject proves: the digest is made anew from what the receipt says.
func (r Receipt) Proven(subject string) (Event, bool) {
	if len(r.Processing.Purposes) != 1 {
		return Event{}, false
	}
	of := r.Processing.Purposes[0]
	for _, e := range r.Events {
		sum := sha256.Sum256([]byte(lines(r.ID, r.Person, of.Purpose, strconv.Itoa(of.Version), of.Hash, of.Matter, e.State, e.At, e.Way, e.Language)))
		if hex.EncodeToString(sum[:]) == subject {
			return e, true
		}
	}
	return Event{}, false
}

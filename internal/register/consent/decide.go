package consent

// Refusals of Need, as message keys.
const (
	Unknown     = "consent.refuse.unknown"      // the pack has no such purpose
	NotYet      = "consent.refuse.not_yet"      // no text of it is in force
	NotAssessed = "consent.refuse.not_assessed" // it is risky, and no approved assessment of this text holds
	NotGiven    = "consent.refuse.not_given"    // the person did not agree, or took it back
	Renewed     = "consent.refuse.renewed"      // the person agreed to an older text
)

// standing is all that a decision looks at.
type standing struct {
	asked    Asked
	text     Text // in force
	inForce  bool
	assessed bool // an approved assessment of this version holds
	agreed   int  // version the person agreed to and did not take back; 0 for none
}

// live says why a purpose cannot be pursued with anybody; "" when it can.
func (s standing) live() string {
	switch {
	case !s.inForce:
		return NotYet
	case s.text.Risky() && !s.assessed:
		return NotAssessed
	}
	return ""
}

// refusal says why a purpose cannot be pursued with this person; "" when it can. What an app was allowed is kept elsewhere. In a single
// matter a consent holds by the text it was given to.
func (s standing) refusal() string {
	why := s.live()
	switch {
	case why != "":
		return why
	case s.text.Basis != Agreed || s.asked == InApp:
		return ""
	case s.agreed == 0:
		return NotGiven
	case s.asked == Standing && s.agreed != s.text.Version:
		return Renewed
	}
	return ""
}

package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/pack"
	"banyan/internal/register/assure"
	"banyan/internal/register/consent"
	"banyan/internal/register/credential"
	"banyan/internal/register/identity"
	"banyan/internal/register/mandate"
	"banyan/internal/register/signon"
	"banyan/internal/scenario/api"
	"banyan/internal/scenario/channel"
	"banyan/internal/work/survey"
)

const day = 24 * time.Hour

// periods is how long chores keep what is somebody's, by the chore's name. The purposes of the pack name them (kept, by): what a page
// promises is what a chore does.
func periods() map[string]time.Duration {
	return map[string]time.Duration{
		"sessions": identity.CitizenLives, "tokens of apps": signon.RefreshLives, "taken messages": channel.KeepTaken, "kept answers": api.KeptFor,
		"files": sweepAfter, "trail": keepTrailFor, "surveys": survey.MostDays * day, "mandates": mandate.Kept, "credentials": credential.Kept, "proofs": assure.Kept,
	}
}

// timeless are the chores that keep nothing of anybody for a time of their own, with the reason.
func timeless() map[string]string {
	return map[string]string{
		"trials":                            "what developers tried on the test endpoint",
		"what was published before Open311": "clears nothing away",
		"webhook log":                       "numbers and states of cases",
		"feed":                              "numbers and states of cases",
		"key counts":                        "how often other systems called",
		"assessments":                       "of purposes, never of people",
		"erasures":                          "on somebody's own wish, at once",
		"sealing":                           "clears nothing away",
		"master keys":                       "keys that open nothing any more",
		"search index":                      "clears nothing away that is not cleared before",
		"backup":                            "the settings say how many stay",
	}
}

// keptAsSaid finds what the purposes promise and the program does not do.
func keptAsSaid(r *consent.Register) (ps pack.Problems) {
	does := periods()
	for _, p := range r.All() {
		for _, t := range p.Texts {
			for _, k := range t.Kept {
				real, known := does[k.By]
				what := ""
				switch {
				case !known:
					what = fmt.Sprintf("no chore %q keeps anything for a time", k.By)
				case time.Duration(k.Days)*day != real:
					what = fmt.Sprintf("says %d days for %q, the program keeps it %d", k.Days, k.By, real/day)
				default:
					continue
				}
				ps = append(ps, pack.Problem{File: "purposes.yaml", Field: fmt.Sprintf("%s.texts[%d].kept", p.ID, t.Version-1), What: what})
			}
		}
	}
	return ps
}

// keeps is how long a chore really keeps, which for the trail the settings may say.
func (a *App) keeps(by string) time.Duration {
	if by == "trail" {
		return a.Settings.Trail.keep()
	}
	return periods()[by]
}

// lookPurposes finds purposes that wait for an assessment, and periods that are not as the texts promise.
func lookPurposes(ctx context.Context, x *exam) (Finding, error) {
	if broken := x.unsaid(); len(broken) > 0 {
		return wrongly(strings.Join(broken, "; "), "set trail.keep to what is promised, or write a new version of the text in the pack"), nil
	}
	waiting, err := x.unassessed(ctx)
	if err != nil || len(waiting) == 0 {
		return well(""), err
	}
	return warn("not live for want of an approved assessment: "+strings.Join(waiting, ", "), "a data officer writes it under /desk/purposes, somebody else approves it"), nil
}

// unassessed lists the purposes that are in force and wait for an assessment.
func (a *App) unassessed(ctx context.Context) (ids []string, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		ids = nil
		for _, p := range a.City.Purposes.All() {
			_, err := a.Consents.Live(tx, p.ID)
			if f, ok := fault.As(err); ok && f.Key == consent.NotAssessed {
				ids = append(ids, p.ID)
			} else if err != nil && !consent.Refused(err) {
				return err
			}
		}
		return nil
	})
	return ids, err
}

// unsaid lists the promises of texts in force that the settings break.
func (a *App) unsaid() (broken []string) {
	for _, p := range a.City.Purposes.All() {
		t, _ := p.InForce(a.Clock.Now())
		for _, k := range t.Kept {
			if real := a.keeps(k.By); time.Duration(k.Days)*day != real {
				broken = append(broken, fmt.Sprintf("%s says %d days for %s, the settings %d", p.ID, k.Days, k.By, real/day))
			}
		}
	}
	slices.Sort(broken)
	return broken
}

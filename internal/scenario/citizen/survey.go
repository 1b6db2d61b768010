package citizen

import (
	"banyan/internal/platform/db"
	"banyan/internal/register/trail"
	"banyan/internal/work/survey"
	"banyan/web/ui"
)

// surveyed fills in what running surveys hold of the person.
func (r *Room) surveyed(v visit, data *ownData) error {
	ids, err := r.same(v, v.actor.ID)
	if err != nil {
		return err
	}
	var list []survey.Asked
	err = r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		list, err = r.Surveys.AnswersOf(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForOwn}, ids)
		return err
	})
	for _, a := range list {
		one := ownSurvey{
			Title: a.Survey.Title, Purpose: a.Survey.Purpose, Basis: a.Survey.Basis, Unit: r.Cases.City.Orgs.Name(a.Survey.Unit, v.lang()), Until: a.Survey.Ends,
			Page: "/surveys/" + a.Survey.ID, Name: a.Entry.Who.Name, Phone: string(a.Entry.Who.Phone), Address: a.Entry.Who.Address,
		}
		for i, text := range a.Entry.Answers {
			if one.Answers == nil {
				one.Answers = map[string]string{}
			}
			one.Answers[a.Survey.Questions[i].Text] = text
		}
		data.Surveys = append(data.Surveys, one)
	}
	return err
}

// watchedIDs are the ids under which the trail knows a signed-in citizen: as a person, and in surveys from before they were one.
func (r *Room) watchedIDs(v visit) (ids []string, err error) {
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		if ids, err = r.People.Same(tx, v.actor.ID); err != nil {
			return err
		}
		more, err := r.Surveys.SubjectsOf(tx, ids)
		ids = append(ids, more...)
		return err
	})
	return ids, err
}

// surveyRows are the running surveys in which a signed-in citizen is: why, and until when.
func (r *Room) surveyRows(v visit) (rows []ui.LinkRow, err error) {
	ids, err := r.same(v, v.actor.ID)
	if err != nil {
		return nil, err
	}
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		list, err := r.Surveys.Of(tx, ids)
		rows = nil
		for _, s := range list {
			rows = append(rows, ui.LinkRow{
				Icon: "list", Title: s.Title, Href: "/surveys/" + s.ID,
				Text: v.p.T("citizen.survey.why", "Purpose", s.Purpose, "Unit", r.Cases.City.Orgs.Name(s.Unit, v.lang()), "Last", v.lang().Date(s.Ends.Add(-1))),
			})
		}
		return err
	})
	return rows, err
}

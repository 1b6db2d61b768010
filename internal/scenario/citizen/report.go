package citizen

import (
	"cmp"
	"net/http"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

// ReportStart shows the first step of an empty report.
func (r *Room) ReportStart(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.allows(mandate.Report) {
		return fault.New(fault.Forbidden, "mandate.refuse.scope")
	}
	return r.showStep(w, q, v, &draft{}, stepPlace, nil)
}

// Report takes one step of a report and shows the next one, or sends it.
func (r *Room) Report(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	d := &draft{}
	err = web.Decode(q, d)
	if err != nil && !again(err) {
		return err
	}
	wrong := fault.FieldsOf(err)
	d.Step = known(d.Step)
	d.behalf(v)
	if d.photos, err = r.openPhotos(web.FormID(q), d.Kept); err != nil {
		wrong = append(wrong, fault.FieldsOf(err)...)
	}
	if d.Step == stepPlace {
		if err := r.keepPhotos(q, d); err != nil {
			if !again(err) {
				return err
			}
			wrong = append(wrong, fault.FieldsOf(err)...)
		}
	}
	return r.next(w, q, v, d, wrong)
}

// next leads from the step that was filled in to where its button points.
func (r *Room) next(w http.ResponseWriter, q *http.Request, v visit, d *draft, wrong fault.Fields) error {
	if len(wrong) > 0 {
		return r.showStep(w, q, v, d, stepOf(wrong[0].Field), wrong)
	}
	switch d.Go {
	case stepPlace, stepWords, stepContact:
		return r.showStep(w, q, v, d, d.Go, nil) // back, to change an answer
	case "areas":
		return r.showStep(w, q, v, d, stepPlace, nil)
	}
	if wrong := r.check(d, d.Step); len(wrong) > 0 {
		return r.showStep(w, q, v, d, d.Step, wrong)
	}
	if d.Step == stepCheck && d.Go == "send" {
		return r.send(w, q, v, d)
	}
	return r.showStep(w, q, v, d, r.after(d), nil)
}

// after is the step behind the one that was filled in. A step whose further questions were not shown yet, because
// there is no script, comes once more with them.
func (r *Room) after(d *draft) string {
	switch {
	case d.Step == stepPlace && d.Lat == "" && d.Subdistrict == "" && d.Offered != d.District:
		return stepPlace
	case d.Step == stepWords && !d.Seen:
		return stepWords
	}
	return steps()[min(slices.Index(steps(), d.Step)+1, len(steps())-1)]
}

func known(step string) string {
	if slices.Contains(steps(), step) {
		return step
	}
	return stepPlace
}

// send takes the report in. What is wrong leads back to its step.
func (r *Room) send(w http.ResponseWriter, q *http.Request, v visit, d *draft) error {
	for _, step := range steps() {
		if wrong := r.check(d, step); len(wrong) > 0 {
			return r.showStep(w, q, v, d, step, wrong)
		}
	}
	join, err := r.joinable(v, d.Join)
	if err != nil {
		return err
	}
	at, _ := d.point() // checked with its step
	receipt, err := r.take(v, request.Intake{
		ClientID: web.FormID(q), Kind: d.Kind, Subject: r.subject(d), Words: d.Words, Address: d.Address, Point: at,
		Area: r.area(d), Channel: channel(d), Language: string(v.lang()), Contact: d.contact(string(v.lang())),
		Publish: d.Publish, Read: d.Read, Photos: d.photos, JoinCase: join, Person: v.actor.For.Person,
	})
	if again(err) {
		step := stepCheck
		if fields := fault.FieldsOf(err); len(fields) > 0 {
			step = stepOf(fields[0].Field)
		}
		return r.showStep(w, q, v, d, step, err)
	}
	if err != nil {
		return err
	}
	if !v.actor.Acts() {
		r.prove(w, q, proof{receipt.RequestID, bySender})
	}
	return web.Redirect(w, q, "/report/done/"+receipt.Number)
}

// take hands a request in. For another it is done, and told to them, in the transaction that asks whether it may.
func (r *Room) take(v visit, in request.Intake) (receipt request.Receipt, err error) {
	if !v.actor.Acts() {
		return r.Requests.Receive(v.ctx, v.actor, in)
	}
	err = r.write(v, mandate.Report, func(tx *db.Tx) error {
		if receipt, err = r.Requests.ReceiveTx(tx, v.actor, in); err != nil {
			return err
		}
		return r.Mandates.FiledTx(tx, v.actor, receipt.RequestID)
	})
	return receipt, err
}

// channel is the photo report when there is a photo.
func channel(d *draft) string {
	if len(d.photos) > 0 {
		return "photo"
	}
	return "web"
}

// subject puts the name of what the requester chose before the beginning of the words. Staff read it, so it is in
// the source language; without a choice there is none and the words speak alone.
func (r *Room) subject(d *draft) string {
	chosen, ok := r.Cases.City.Duties.Get(d.Duty)
	if !ok {
		return ""
	}
	runes := []rune(d.Words)
	return chosen.Name.Hans + "：" + string(runes[:min(len(runes), 60)])
}

// prefill puts a signed-in citizen's own phone into an empty contact.
func (r *Room) prefill(v visit, d *draft) error {
	if !v.signedIn() || d.Phone != "" || d.Anonymous || v.actor.Acts() {
		return nil
	}
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		own, err := r.People.Contact(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForOwn}, v.actor.ID)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		d.Phone, d.Name = string(own.Phone), cmp.Or(d.Name, own.Name)
		return err
	})
}

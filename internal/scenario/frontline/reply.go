package frontline

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/web/ui"

	"github.com/a-h/templ"
)

// Limits of what a reply carries.
const (
	photosMost = 3
	photoBytes = 12 << 20
)

type replyIn struct {
	True        string `form:"true" max:"10"`
	Ours        string `form:"ours" max:"10"`
	Contacted   string `form:"contacted" max:"10"`
	ContactedAt string `form:"contacted_at" max:"16"`
	Means       string `form:"means" max:"20"`
	Visited     bool   `form:"visited"`
	Solved      string `form:"solved" max:"10"`
	WhyNot      string `form:"why_not" max:"2000"`
	Next        string `form:"next" max:"2000"`
	NextAt      string `form:"next_at" max:"10"`
	Kind        string `form:"kind" max:"20"`
	Internal    string `form:"internal" max:"5000"`
	Public      string `form:"public" max:"5000"`
}

type replyFormView struct {
	In     replyIn
	Errs   []ui.FieldError
	YesNo  []ui.Option
	Thirds []ui.Option // yes, partly, no
	Means  []ui.Option
	Kinds  []ui.Option
	Asked  string // the kind as it was asked
	OnSite bool
	Most   int
	Files  bool // photos were sent with a form that is shown again
}

func (r *Room) replyView(s sheet, in replyIn, errs []ui.FieldError) replyFormView {
	option := func(key string, values ...string) (out []ui.Option) {
		for _, x := range values {
			out = append(out, ui.Option{Value: x, Label: s.p.T("frontline." + key + "." + x)})
		}
		return out
	}
	view := replyFormView{
		In: in, Errs: errs, YesNo: option("yesno", "yes", "no"), Thirds: option("yesno", "yes", "partly", "no"), Means: means(s.visit),
		Asked: r.City.Duties.KindName(s.file.Case.Kind, s.p.Lang), OnSite: s.file.Case.OnSite, Most: photosMost,
	}
	for _, k := range r.City.Duties.Kinds() {
		if k.Code != s.file.Case.Kind {
			view.Kinds = append(view.Kinds, ui.Option{Value: k.Code, Label: k.Name.In(s.p.Lang)})
		}
	}
	return view
}

// Reply hands in the lead unit's form. Photos of a form that is refused are
// deleted again and have to be chosen once more.
func (r *Room) Reply(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	var in replyIn
	var files []casework.Attachment
	if err = web.Decode(q, &in); err == nil {
		files, err = r.replyWith(q, s, in)
	}
	if fault.Refused(err) {
		r.drop(s.ctx, files)
	}
	return r.finish(w, q, s, formReply, err, replyLabels(s.visit), func(errs []ui.FieldError) templ.Component {
		view := r.replyView(s, in, errs)
		view.Files = len(files) > 0
		return replyBody(view)
	})
}

// replyWith stores the photos and hands the reply in; it gives the photos it
// stored also when the reply is refused.
func (r *Room) replyWith(q *http.Request, s sheet, in replyIn) ([]casework.Attachment, error) {
	reply, err := in.reply()
	if err != nil {
		return nil, err
	}
	if !s.may(casework.ActReply) {
		return nil, fault.New(fault.Conflict, "frontline.not_now")
	}
	before, err := r.store(q, "before")
	if err != nil {
		return before, err
	}
	after, err := r.store(q, "after")
	reply.Files = append(before, after...)
	if err == nil {
		_, err = r.Cases.Reply(s.ctx, s.actor, s.order.ID, reply)
	}
	return reply.Files, err
}

// reply turns the form into casework's; dates that cannot be read are wrong fields.
func (in replyIn) reply() (casework.Reply, error) {
	out := casework.Reply{
		True: in.True, Ours: in.Ours, Contacted: in.Contacted == "yes", Means: in.Means, Visited: in.Visited, Solved: in.Solved,
		WhyNot: in.WhyNot, Next: in.Next, Kind: in.Kind, Internal: in.Internal, Public: in.Public,
	}
	var bad fault.Fields
	if in.Contacted == "" {
		bad = append(bad, fault.Field("contacted", "frontline.reply.need_contacted"))
	}
	if out.Contacted && in.ContactedAt != "" {
		t, err := time.ParseInLocation("2006-01-02T15:04", in.ContactedAt, clock.City)
		if err != nil {
			bad = append(bad, fault.Field("contacted_at", "frontline.date_wrong"))
		}
		out.ContactedAt = t.UTC()
	}
	if in.NextAt != "" {
		t, err := day("next_at", in.NextAt)
		bad = append(bad, fault.FieldsOf(err)...)
		out.NextAt = t
	}
	return out, bad.OrNil()
}

// store keeps the photos of a field under its name as purpose.
func (r *Room) store(q *http.Request, field string) ([]casework.Attachment, error) {
	uploads, err := web.Photos(q, field, photosMost)
	if err != nil {
		return nil, err
	}
	var out []casework.Attachment
	for _, u := range uploads {
		ref, err := r.put(q.Context(), field, u)
		if err != nil {
			return out, err
		}
		out = append(out, casework.Attachment{Key: ref.Key, Purpose: field})
	}
	return out, nil
}

// put stores one photo; what the store refuses is a wrong field.
func (r *Room) put(ctx context.Context, field string, u web.Upload) (blob.Ref, error) {
	body, err := u.Open()
	if err != nil {
		return blob.Ref{}, err
	}
	defer body.Close()
	ref, _, err := r.Files.Put(ctx, body, photoBytes, blob.JPEG, blob.PNG, blob.WebP)
	if e, ok := fault.As(err); ok && e.Kind == fault.Invalid {
		return ref, fault.Field(field, e.Key, e.Args...)
	}
	return ref, err
}

// drop deletes photos that no record names.
func (r *Room) drop(ctx context.Context, files []casework.Attachment) {
	for _, f := range files {
		_ = r.Files.Delete(ctx, f.Key) // the store's sweep finds what stays
	}
}

func replyLabels(v visit) []string {
	var out []string
	for _, f := range []string{"true", "ours", "contacted", "contacted_at", "means", "visited", "solved", "why_not", "next", "next_at", "kind", "internal", "public", "before", "after"} {
		out = append(out, f, v.p.T("frontline.reply."+f))
	}
	return out
}

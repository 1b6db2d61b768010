package open311

import (
	"net/http"
	"time"

	"banyan/internal/platform/clock"
)

// specification names what both endpoints speak.
const specification = "http://wiki.open311.org/GeoReport_v2"

// changed is when the form of this API changed last.
func changed() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, clock.City) }

// Discovery tells where the endpoints are.
func (r *Room) Discovery(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	contact := r.Settings.Contact
	if contact == "" {
		contact = v.p.T("open311.contact")
	}
	out := newWriter(v.format, 2048)
	out.ascii = out.xml
	out.document("discovery", func() {
		out.time("changeset", changed())
		out.text("contact", contact)
		out.text("key_service", v.p.T("open311.key_service"))
		out.inner("endpoints", func() {
			endpoint(out, r.url(q, "/open311/v2"), "production")
			endpoint(out, r.url(q, "/open311/test/v2"), "test")
		})
	})
	return send(w, v.p, http.StatusOK, out)
}

func endpoint(out *writer, url, kind string) {
	out.item("endpoint", func() {
		out.text("specification", specification)
		out.text("url", url)
		out.time("changeset", changed())
		out.text("type", kind)
		out.inner("formats", func() {
			out.word("format", "text/xml")
			out.word("format", "application/json")
		})
	})
}

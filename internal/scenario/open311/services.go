package open311

import (
	"net/http"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
)

// Services lists what can be reported.
func (r *Room) Services(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	out := newWriter(v.format, 16<<10)
	out.list("services", func() {
		for _, s := range r.Catalogue.All() {
			r.service(out, s, v.lang())
		}
	})
	return send(w, v.p, http.StatusOK, out)
}

func (r *Room) service(out *writer, s Service, l i18n.Lang) {
	out.item("service", func() {
		out.text("service_code", s.Code)
		out.text("service_name", s.Name.In(l))
		out.text("description", s.Text.In(l))
		out.flag("metadata", len(s.Attributes) > 0)
		out.text("type", s.Type)
		out.text("keywords", strings.Join(s.Keywords, ","))
		out.text("group", r.Catalogue.group(s, l))
	})
}

// Definition tells what a service asks beside the usual.
func (r *Room) Definition(w http.ResponseWriter, q *http.Request) error {
	if err := addressed(q); err != nil {
		return err
	}
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	s, ok := r.Catalogue.Get(named(q))
	if !ok {
		return fault.New(fault.NotFound, "open311.wrong.service")
	}
	out := newWriter(v.format, 4096)
	out.document("service_definition", func() {
		out.text("service_code", s.Code)
		out.inner("attributes", func() {
			for i, a := range s.Attributes {
				attribute(out, a, i+1, v.lang())
			}
		})
	})
	return send(w, v.p, http.StatusOK, out)
}

func attribute(out *writer, a Attribute, order int, l i18n.Lang) {
	out.item("attribute", func() {
		out.flag("variable", !a.Notice)
		out.text("code", a.Code)
		out.text("datatype", a.Type)
		out.flag("required", a.Required)
		out.text("datatype_description", a.Hint.In(l))
		out.number("order", order)
		out.text("description", a.Text.In(l))
		if !a.listed() {
			return
		}
		out.inner("values", func() {
			for _, one := range a.Values {
				out.item("value", func() {
					out.text("key", one.Key)
					out.text("name", one.Name.In(l))
				})
			}
		})
	})
}

package survey_test

import (
	"fmt"
	"strings"
	"testing"

	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/leak"
	"banyan/internal/work/survey"
	"banyan/internal/work/worktest"
)

// A list of people whom the register does not know, typed off a desk's screen, names who was looking, while the survey runs.
func TestALeakedListNamesItsScreen(t *testing.T) {
	each(t, func(h *house) {
		v := h.running(60)
		var list strings.Builder
		chief := worktest.Staff("chief", "350102.zx", access.Supervisor)
		for i := range 3 {
			viewer := chief
			viewer.ID = fmt.Sprint("chief", i)
			if i == 2 {
				viewer = h.owner
			}
			for after := ""; ; {
				_, rows, err := h.Surveys.Residents(t.Context(), viewer, v.ID, "", after)
				h.Must(err)
				for _, row := range rows {
					if i == 2 {
						fmt.Fprintln(&list, row.Name, row.Phone)
					}
					after = row.ID
				}
				if len(rows) < survey.PageMost {
					break
				}
			}
		}
		boss := access.Actor{Kind: access.Staff, ID: "boss", Unit: "u", Area: "/3501/", Roles: []string{access.Supervisor}}
		trace := func(also ...person.Source) leak.Trace {
			s := leak.New(leak.Deps{DB: h.DB, Clock: h.Clock, People: h.People, Trail: h.Trail, Policy: h.City.Policy, Also: also, City: "/3501/"})
			got, err := s.Trace(t.Context(), boss, leak.Ask{Reason: "名单出现在微信群", Source: leak.Pasted, Text: list.String()})
			h.Must(err)
			return got
		}
		got := trace(h.Surveys.Unknown)
		if !got.Named || got.Suspects[0].Viewer != h.owner.ID {
			t.Errorf("the list names %+v", got)
		}
		if got := trace(); got.Matched != 0 {
			t.Errorf("without the survey %d rows find somebody", got.Matched)
		}
	})
}

package feed_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/sheet"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
	"banyan/internal/work/worktest"

	"banyan/internal/platform/db"

	"github.com/xuri/excelize/v2"
)

// records reads an exported CSV: its head and its rows by the case's number.
func records(t *testing.T, body string) (head []string, rows map[string][]string) {
	t.Helper()
	text, marked := strings.CutPrefix(body, "\uFEFF")
	list, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(list) == 0 {
		t.Fatalf("marked %v, %v: %q", marked, err, body)
	}
	rows = map[string][]string{}
	for _, r := range list[1:] {
		rows[r[0]] = r
	}
	return list[0], rows
}

// closed is a case that was handled, said to be solved and rated.
func (h *house) closed() *casework.File {
	h.Helper()
	f := h.Dispatched("350102.cgj")
	_, err := h.Cases.Sign(h.Context(), h.Cast["lamps"], h.Lead(f).ID)
	h.Must(err)
	f = h.Reply(f, h.Cast["lamps"])
	_, err = h.Cases.FollowUp(h.Context(), h.Cast["asker"], casework.FollowingUpWith{Case: f.Case.ID, Channel: "phone", Solved: "yes", Satisfied: "yes"})
	h.Must(err)
	h.Write(func(tx *db.Tx) error {
		_, err := h.Rate.GiveTx(tx, h.Cast["asker"], rate.Giving{Request: f.Requests()[0], Case: f.Case.ID, Unit: "350102.cgj", Path: f.Case.Path, Level: rate.Satisfied, Channel: "phone"})
		return err
	})
	return h.File(f.Case.ID)
}

func TestCasesCSV(t *testing.T) {
	each(t, func(h *house) {
		done := h.closed()
		h.Clock.Advance(24 * time.Hour)
		open := h.another("350104")
		reply := h.Program("desk").Call(http.MethodGet, root+"/exports/cases.csv", nil, "Accept-Language", "zh-Hans").Want(http.StatusOK)
		if kind, name := reply.Header.Get("Content-Type"), reply.Header.Get("Content-Disposition"); kind != "text/csv; charset=utf-8" || name != `attachment; filename="cases-20261124-090000.csv"` {
			h.Errorf("type %s, name %s", kind, name)
		}
		head, rows := records(h.T, string(reply.Body))
		if len(rows) != 2 || head[0] != "编号" || len(head) != 20 {
			h.Fatalf("head %q, %d rows", head, len(rows))
		}
		got := strings.Join(rows[done.Case.Number], "|")
		for _, want := range []string{"投诉", "已办结", "鼓楼区", "军门社区", "2026-11-23 09:00:00", "满意", done.Case.ID} {
			if !strings.Contains(got, want) {
				h.Errorf("the row %s does not say %s", got, want)
			}
		}
		for _, word := range []string{"张三", "13900000001", "路灯坏了", "3号楼"} {
			if strings.Contains(string(reply.Body), word) {
				h.Errorf("the table holds %q", word)
			}
		}
		for query, want := range map[string]string{
			"area=350104": open.Case.Number, "area=350102": done.Case.Number, "area=350102004": done.Case.Number, "area=350102004001": done.Case.Number, "area=350103": "",
			"open=true": open.Case.Number, "state=closed": done.Case.Number, "state=replied": "", "unit=350102.cgj": done.Case.Number, "overdue=true": "", "urgent=true": "",
			"from=2026-11-24": open.Case.Number, "to=2026-11-23": done.Case.Number, "from=2026-11-23&to=2026-11-23": done.Case.Number, "from=2026-11-25": "", "kind=inquiry": "", "flagged=true": "",
		} {
			if query == "unit=350102.cgj" { // who leads now: a closed case has no lead any more
				want = ""
			}
			_, rows := records(h.T, string(h.Program("desk").Call(http.MethodGet, root+"/exports/cases.csv?"+query, nil).Want(http.StatusOK).Body))
			if _, ok := rows[want]; ok != (want != "") || len(rows) > 1 || want == "" && len(rows) > 0 {
				h.Errorf("%s gives %v, want %s", query, rows, want)
			}
		}
	})
}

func TestCasesXLSX(t *testing.T) {
	h := open(t)
	f := h.Dispatched("350102.cgj")
	reply := h.Program("desk").Call(http.MethodGet, root+"/exports/cases.xlsx", nil, "Accept-Language", "en").Want(http.StatusOK)
	if kind := reply.Header.Get("Content-Type"); kind != sheet.XLSX.ContentType() || reply.Header.Get("Content-Length") != fmt.Sprint(len(reply.Body)) {
		h.Errorf("headers %v", reply.Header)
	}
	book, err := excelize.OpenReader(bytes.NewReader(reply.Body))
	h.Must(err)
	rows, err := book.GetRows("Cases")
	h.Must(err)
	if len(rows) != 2 || rows[0][0] != "Number" || rows[1][0] != f.Case.Number || rows[1][12] != "2026-11-23 09:00:00" {
		h.Errorf("rows %q", rows)
	}
	h.Must(book.Close())
}

// Every post exports what it may list, and nothing else.
func TestExportReach(t *testing.T) {
	h := open(t)
	gulou, cangshan := h.Dispatched("350102.cgj"), h.another("350104")
	h.Cast["data"] = worktest.Staff("data", "3501.12345", access.Data)
	for who, want := range map[string]string{
		"desk": gulou.Case.Number + cangshan.Case.Number, "gulou": gulou.Case.Number, "cangshan": cangshan.Case.Number, "taijiang": "", "lamps": gulou.Case.Number, "far": "",
		"caller": gulou.Case.Number, "grid": gulou.Case.Number,
	} {
		for _, get := range []func() string{
			func() string {
				return string(h.Program(who).Call(http.MethodGet, root+"/exports/cases.csv", nil).Want(http.StatusOK).Body)
			},
			func() string { return h.Get(who, "/exports/cases.csv").Want(http.StatusOK).Body },
		} {
			_, rows := records(t, get())
			for number := range rows {
				if !strings.Contains(want, number) {
					t.Errorf("%s exports %s", who, number)
				}
			}
			if len(rows) != len(want)/len(gulou.Case.Number) {
				t.Errorf("%s exports %d cases, want %s", who, len(rows), want)
			}
		}
	}
	for who, query := range map[string]string{"gulou": "area=350104", "lamps": "unit=350103.cgj", "taijiang": "area=3501", "data": ""} {
		h.Program(who).Call(http.MethodGet, root+"/exports/cases.csv?"+query, nil).Want(http.StatusForbidden)
		h.Get(who, "/exports/cases.xlsx?"+query).Want(http.StatusForbidden)
	}
	h.Get("citizen", "/exports/cases.csv").Want(http.StatusForbidden)
	h.Get("", "/exports/cases.csv").Want(http.StatusForbidden)
	h.Program("desk", apikey.CasesRead).Call(http.MethodGet, root+"/exports/cases.csv", nil).Want(http.StatusForbidden)
	for _, query := range []string{"area=999999", "state=lost", "open=true&state=closed", "from=yesterday", "from=2026-13-01", "from=2026-11-02&to=2026-11-01"} {
		if d := h.Program("desk").Call(http.MethodGet, root+"/exports/cases.csv?"+query, nil).Want(http.StatusUnprocessableEntity).Problem(); len(d.Errors) != 1 {
			t.Errorf("%s: %+v", query, d)
		}
		h.Get("desk", "/exports/cases.csv?"+query).Want(http.StatusUnprocessableEntity)
	}
}

// Who takes a table away stands in the register before it leaves, with the filter and in the end the rows; who is
// refused does not.
func TestRegister(t *testing.T) {
	each(t, func(h *house) {
		h.Opened()
		h.Program("desk").Call(http.MethodGet, root+"/exports/cases.csv?open=true", nil).Want(http.StatusOK)
		h.Clock.Advance(time.Second)
		h.Get("gulou", "/exports/cases.xlsx?area=350102").Want(http.StatusOK)
		h.Clock.Advance(time.Second)
		h.Get("gulou", "/exports/cases.xlsx?area=350104").Want(http.StatusForbidden)
		h.Get("chief", "/rates.csv").Want(http.StatusOK)
		list, err := h.room.Exported(h.Context(), "", 10)
		h.Must(err)
		var lines []string
		for _, e := range list {
			lines = append(lines, fmt.Sprintf("%s %s %s %s %s %d %v", e.Kind, e.Actor, e.What, e.Format, e.Filter, e.Rows, e.Ended.IsZero()))
		}
		want := "staff chief rates csv from=2026-11&group=&to=2026-11 0 false\nstaff gulou cases xlsx area=350102 1 false\npartner key:desk cases csv open=1 1 false"
		if got := strings.Join(lines, "\n"); got != want {
			h.Errorf("the register says\n%s\nwant\n%s", got, want)
		}
		if older, err := h.room.Exported(h.Context(), list[1].ID, 10); err != nil || len(older) != 1 {
			h.Errorf("older lines: %+v, %v", older, err)
		}
	})
}

// assess counts cases of a unit, of which good went well.
func (h *house) assess(unit string, n, good int) {
	h.Helper()
	h.Write(func(tx *db.Tx) error {
		var events []oversee.Event
		for i := range n {
			base := oversee.Event{Case: fmt.Sprint(unit, "-", i), Seq: 1, Unit: unit, At: h.Clock.Now(), InTime: i < good, Solved: i < good, Satisfied: i < good, Asked: true}
			first, asked := base, base
			first.Kind, asked.Kind, asked.Seq = oversee.FirstResponse, oversee.FollowedUp, 2
			events = append(events, first, asked)
		}
		return h.Oversee.AssessTx(tx, events)
	})
}

func TestRates(t *testing.T) {
	h := open(t)
	h.assess("350102.cgj", 10, 9)
	h.assess("3501.zmzx", 5, 1)
	a := h.Get("chief", "/rates.csv?group=district_office").Want(http.StatusOK)
	_, rows := records(t, a.Body)
	if len(rows) != 1 || strings.Join(rows["350102.cgj"][:7], " ") != "350102.cgj 鼓楼区城管局 区县部门 1 90.0  90.0" {
		t.Errorf("rows %q", rows)
	}
	h.Get("chief", "/rates.csv?from=x").Want(http.StatusUnprocessableEntity)
	h.Get("chief", "/rates.csv?from=2026-12&to=2026-01").Want(http.StatusUnprocessableEntity)
	h.Get("lamps", "/rates.csv").Want(http.StatusForbidden)
	h.Program("lamps").Call(http.MethodGet, root+"/exports/rates.csv", nil).Want(http.StatusForbidden)
	book, err := excelize.OpenReader(bytes.NewReader(h.Program("chief").Call(http.MethodGet, root+"/exports/rates.xlsx", nil).Want(http.StatusOK).Body))
	h.Must(err)
	if got, err := book.GetRows(book.GetSheetName(0)); err != nil || len(got) != 3 {
		t.Errorf("the workbook has %q, %v", got, err)
	}
	h.Must(book.Close())
}

// A long table is read page by page and arrives whole.
func TestLongExport(t *testing.T) {
	h := open(t)
	const n = 1203
	for i := range n {
		in := worktest.Lamp()
		in.Contact.Phone = fmt.Sprintf("1390000%04d", i)
		h.Receive(in)
		h.Clock.Advance(time.Second)
	}
	_, rows := records(t, string(h.Program("desk").Call(http.MethodGet, root+"/exports/cases.csv", nil).Want(http.StatusOK).Body))
	if len(rows) != n {
		t.Errorf("%d rows, want %d", len(rows), n)
	}
	half := h.Clock.Now().Add(-n / 2 * time.Second).In(clock.City).Format(time.DateOnly)
	_, rows = records(t, string(h.Program("desk").Call(http.MethodGet, root+"/exports/cases.csv?from="+half, nil).Want(http.StatusOK).Body))
	if len(rows) != n {
		t.Errorf("%d rows from %s, want %d", len(rows), half, n)
	}
}

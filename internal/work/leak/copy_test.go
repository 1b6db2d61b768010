package leak_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/leak"
)

// ask is a wish for a list that is refused by nothing.
func ask(recipient string) leak.CopyAsk {
	return leak.CopyAsk{Purpose: "路灯维修户回访", Recipient: recipient, Until: "2026-12-20", Format: "csv", Columns: "number,name,phone"}
}

func (w *town) rows(ids ...string) (rows []leak.CopyRow) {
	for i, id := range ids {
		rows = append(rows, leak.CopyRow{Number: fmt.Sprintf("FZ261125%07d7", i*31337), Opened: time.Date(2026, 11, 25, 7, i%60, 0, 0, time.UTC), Person: id})
	}
	return rows
}

// makes makes a list and gives it as its file shows it.
func (w *town) makes(in leak.CopyAsk, ids ...string) (leak.Copy, string) {
	w.Helper()
	c, file, err := w.leak.MakeCopy(w.Context(), supervisor(), in, w.rows(ids...), func(_ leak.Copy, all []leak.CopyRow) ([]byte, error) {
		var out bytes.Buffer
		for _, r := range all {
			fmt.Fprintln(&out, r.Number, r.Name, r.Phone)
		}
		return out.Bytes(), nil
	})
	w.must(err)
	return c, string(file)
}

// phones leaves of a list what somebody types off: names and phones, without numbers.
func phones(file string) string {
	var out strings.Builder
	for line := range strings.Lines(file) {
		_, rest, _ := strings.Cut(line, " ")
		out.WriteString(rest)
	}
	return out.String()
}

// Whoever got a list is named by the marks of its phones, among the others who got the same people and whoever saw them on a screen:
// sorted, cut and with wrong digits.
func TestARecipientIsNamedByMarks(t *testing.T) {
	each(t, func(w *town) {
		w.settle(300)
		some := w.ids[50:80]
		files := map[string]string{}
		for i := range 20 {
			office := fmt.Sprintf("第%d办事处", i)
			_, files[office] = w.makes(ask(office), some...)
			w.sees(fmt.Sprintf("s%02d", i), some...)
		}
		for _, office := range []string{"第3办事处", "第17办事处"} {
			lines := strings.SplitAfter(phones(files[office]), "\n")
			slices.Sort(lines)
			got := w.trace(w.spoil(strings.Join(lines[:26], ""), 0.15))
			if who, bound, ok := got.Names(); !ok || who != leak.Recipient(office) || bound > leak.FalseMost || got.Viewers != 41 && got.Viewers != 40 {
				w.Errorf("%s's list names %s with %g among %d: %v", office, who, bound, got.Viewers, ok)
			}
			if len(got.Controls) != 0 {
				w.Errorf("a list without numbers has canaries %+v", got.Controls)
			}
		}
	})
}

// Numbers alone are enough when both canaries are among them, and one alone is not.
func TestCanariesNameARecipient(t *testing.T) {
	each(t, func(w *town) {
		w.settle(12)
		c, file := w.makes(ask("鼓楼区民政局"), w.ids...)
		_, other := w.makes(ask("台江区民政局"), w.ids...)
		if c.Rows != 14 || c.People != 12 || c.Canaries() != 2 || c.Viewer != leak.Recipient(" 鼓楼区民政局") {
			w.Fatalf("made %+v", c)
		}
		real := map[string]bool{}
		for _, r := range w.rows(w.ids...) {
			real[r.Number] = true
		}
		var numbers, canaries []string
		for line := range strings.Lines(file) {
			number, shown, _ := strings.Cut(strings.TrimSpace(line), " ")
			numbers = append(numbers, number)
			if real[number] {
				continue
			}
			canaries = append(canaries, number)
			_, phone, _ := strings.Cut(shown, " ")
			if !strings.HasPrefix(number, "FZ261125") || number[len(number)-1] == '7' || phone[1] != '*' || strings.Count(phone, "*") != 5 || strings.Contains(other, number) {
				w.Errorf("canary %s %s", number, phone)
			}
		}
		if len(canaries) != 2 {
			w.Fatalf("%d canaries", len(canaries))
		}
		got := w.trace(strings.Join(numbers, "\n"))
		if who, bound, ok := got.Names(); !ok || who != c.Viewer || bound > leak.FalseMost || got.Rows != 0 {
			w.Errorf("numbers name %s, %g, %v", who, bound, ok)
		}
		spaced := canaries[0][:8] + " " + canaries[0][8:12] + " " + canaries[0][12:]
		one := w.trace(spaced + "\n" + canaries[1][:10])
		if _, bound, ok := one.Names(); ok || len(one.Controls) != 1 || one.Controls[0].Found != 1 || bound < leak.FalseMost {
			w.Errorf("one canary: %+v", one)
		}
		asked, err := w.leak.Asked(w.Context(), supervisor(), 10)
		w.must(err)
		if len(asked) != 2 || asked[0].Named+asked[1].Named != c.Viewer {
			w.Errorf("kept %+v", asked)
		}
	})
}

// The same list made again says the same, and each making is a line of the register that its file is found by.
func TestTheRegisterOfLists(t *testing.T) {
	each(t, func(w *town) {
		w.settle(8)
		first, file := w.makes(ask("鼓楼区民政局"), w.ids...)
		again, same := w.makes(ask("鼓楼区民政局 "), w.ids...)
		_, own := w.makes(ask(""), w.ids...)
		if file != same || file == own || first.Digest != again.Digest {
			w.Error("the same list twice differs, or an own one does not")
		}
		if screen := w.sees("boss", w.ids...); !strings.Contains(phones(own), strings.Fields(screen)[2]) {
			w.Error("an own list has other marks than the screen of whoever made it")
		}
		found, err := w.leak.CopiesBy(w.Context(), first.Digest, "")
		w.must(err)
		if len(found) != 2 || found[0].ID != first.ID && found[1].ID != first.ID || found[1].Purpose != "路灯维修户回访" || found[1].Recipient != "鼓楼区民政局" || found[1].Actor != "boss" {
			w.Errorf("by digest: %+v", found)
		}
		other := supervisor()
		other.ID, other.Area, other.Roles = "other", "/3501/350102/", []string{access.Handler}
		for who, want := range map[string]int{"boss": 3, "other": 0} {
			actor := supervisor()
			if who == "other" {
				actor = other
			}
			list, err := w.leak.Copies(w.Context(), actor, 10)
			w.must(err)
			if len(list) != want {
				w.Errorf("%s sees %d lines", who, len(list))
			}
		}
		w.must(w.db.Write(w.Context(), func(tx *db.Tx) error { return w.leak.ForgetTx(tx, w.ids[0]) }))
		w.must(w.leak.Expire(w.Context(), first.At.Add(time.Hour)))
		if list, err := w.leak.Copies(w.Context(), supervisor(), 10); err != nil || len(list) != 0 {
			w.Errorf("after the end: %+v, %v", list, err)
		}
	})
}

func TestAListIsRefused(t *testing.T) {
	each(t, func(w *town) {
		w.settle(2)
		build := func(leak.Copy, []leak.CopyRow) ([]byte, error) { return nil, nil }
		for field, change := range map[string]func(in *leak.CopyAsk, rows *[]leak.CopyRow){
			"purpose":   func(in *leak.CopyAsk, _ *[]leak.CopyRow) { in.Purpose = "要" },
			"recipient": func(in *leak.CopyAsk, _ *[]leak.CopyRow) { in.Recipient = "局" },
			"until":     func(in *leak.CopyAsk, _ *[]leak.CopyRow) { in.Until = "2027-12-20" },
			"rows":      func(_ *leak.CopyAsk, rows *[]leak.CopyRow) { *rows = []leak.CopyRow{{Number: "FZ1"}} },
		} {
			in, rows := ask("鼓楼区民政局"), w.rows(w.ids...)
			change(&in, &rows)
			_, _, err := w.leak.MakeCopy(w.Context(), supervisor(), in, rows, build)
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != field {
				w.Errorf("%s: %v", field, err)
			}
		}
	})
}

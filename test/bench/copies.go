package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"banyan/internal/app"
	"banyan/internal/register/access"
	"banyan/internal/work/leak"
)

// offices is how many recipients got a list of the very same people.
const offices = 200

// handedOn is what came of lists that were made for offices and passed on.
type handedOn struct{ trials, marks, marksWrong, canaries, canariesWrong, innocent int }

// handOn makes a list of forty people for each of two hundred offices and plays leaks of some: twenty rows typed off without numbers and
// with every fifth digit wrong; numbers alone; and the real numbers alone, which name nobody.
func (l *leaking) handOn(ctx context.Context, trials int) (h handedOn, err error) {
	boss := access.Actor{Kind: access.Staff, ID: "boss", Unit: "3501.12345", Area: l.a.City.Areas.City().Path, Roles: []string{access.Supervisor}}
	files := make([]string, offices)
	for i := range files {
		if files[i], err = makeCopy(ctx, l.a, maker(boss, i), office(i), l.ids[:40]); err != nil {
			return h, err
		}
	}
	for range trials {
		at := l.r.IntN(offices)
		var rows, numbers, honest []string
		for line := range strings.Lines(files[at]) {
			number, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			numbers = append(numbers, number)
			if number[len(number)-1] == l.a.Leak.Check(number) {
				honest = append(honest, number)
				name, phone, _ := strings.Cut(rest, " ")
				rows = append(rows, name+" "+l.typed(phone))
			}
		}
		l.r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		slices.Sort(rows[:leakRows])
		h.trials++
		for _, t := range []struct {
			text         []string
			right, wrong *int
		}{{rows[:leakRows], &h.marks, &h.marksWrong}, {numbers, &h.canaries, &h.canariesWrong}, {honest, &h.innocent, &h.innocent}} {
			got, err := l.a.Leak.Trace(ctx, boss, leak.Ask{Reason: "a trial of the bench", Source: leak.Pasted, Text: strings.Join(t.text, "\n")})
			if err != nil {
				return h, err
			}
			switch who, _, named := got.Names(); {
			case named && who == leak.Recipient(office(at)):
				*t.right++
			case named:
				*t.wrong++
			}
		}
	}
	return h, nil
}

func office(i int) string { return fmt.Sprintf("office %d", i) }

// makeCopy makes a list with numbers of cases of one day whose check digits are right.
func makeCopy(ctx context.Context, a *app.App, boss access.Actor, recipient string, ids []string) (string, error) {
	now := a.Clock.Now()
	rows := make([]leak.CopyRow, len(ids))
	for i, id := range ids {
		number := []byte(fmt.Sprintf("FZ261125%07d0", i*131_071))
		number[len(number)-1] = a.Leak.Check(string(number))
		rows[i] = leak.CopyRow{Number: string(number), Opened: now.Add(-time.Hour), Person: id}
	}
	ask := leak.CopyAsk{Purpose: "a trial of the bench", Recipient: recipient, Until: now.AddDate(0, 1, 0).Format(time.DateOnly), Format: "csv", Columns: "number,name,phone"}
	_, file, err := a.Leak.MakeCopy(ctx, boss, ask, rows, func(_ leak.Copy, all []leak.CopyRow) ([]byte, error) {
		var out strings.Builder
		for _, r := range all {
			fmt.Fprintln(&out, r.Number, r.Name, r.Phone)
		}
		return []byte(out.String()), nil
	})
	return string(file), err
}

// maker is who makes a list: ten lists each, for nobody looks at more than a few hundred people in an hour.
func maker(boss access.Actor, i int) access.Actor {
	boss.ID += fmt.Sprint(i / 10)
	return boss
}

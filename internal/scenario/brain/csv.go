package brain

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"banyan/internal/work/oversee"
)

// RatesCSV downloads the rates of all groups, or of one: UTF-8 with a byte order
// mark, so that spreadsheets read the Chinese.
func (r *Room) RatesCSV(w http.ResponseWriter, q *http.Request) error {
	v, in, p, wrong, err := r.ratesOf(q)
	if err != nil {
		return err
	}
	if wrong != nil {
		return wrong
	}
	list, err := r.ranked(v, p)
	if err != nil {
		return err
	}
	body, err := r.ratesSheet(v, in.Group, p, list)
	if err != nil {
		return fmt.Errorf("write the rates of %s to %s: %w", p.From, p.To, err)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="rates-%s-%s.csv"`, p.From, p.To))
	_, _ = w.Write(body) // the reader has gone away: nobody is left to tell
	return nil
}

func (r *Room) ratesSheet(v visit, group string, p oversee.Period, list []oversee.UnitRates) ([]byte, error) {
	rules := r.Oversee.Rules.Current(v.now)
	var b bytes.Buffer
	b.WriteString("\ufeff")
	sheet := csv.NewWriter(&b)
	head := []string{v.p.T("brain.csv.id"), v.p.T("brain.rates.unit"), v.p.T("brain.csv.group"), v.p.T("brain.rates.rank"), v.p.T("brain.rates.score"), v.p.T("brain.csv.partial")}
	for _, in := range rules.Indicators {
		name := in.Name.In(v.p.Lang)
		head = append(head, name+" %", v.p.T("brain.csv.good", "Rate", name), v.p.T("brain.csv.counts", "Rate", name))
	}
	head = append(head, v.p.T("brain.rates.staff"), v.p.T("brain.period.from"), v.p.T("brain.period.to"), v.p.T("brain.rules.version"))
	rows := [][]string{head}
	for _, u := range list {
		if group == "" || u.Group == group {
			rows = append(rows, r.ratesLine(v, rules, p, u))
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = harmless(row[i])
		}
		if err := sheet.Write(row); err != nil {
			return nil, err
		}
	}
	sheet.Flush()
	return b.Bytes(), sheet.Error()
}

func (r *Room) ratesLine(v visit, rules oversee.Version, p oversee.Period, u oversee.UnitRates) []string {
	number := func(x *float64) string {
		if x == nil {
			return ""
		}
		return percentText(x, rules.Rounding)
	}
	some := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	partial := ""
	if u.Partial {
		partial = v.p.T("brain.csv.yes")
	}
	line := []string{u.Unit, r.City.Orgs.Short(u.Unit, v.p.Lang), r.City.Orgs.GroupName(u.Group, v.p.Lang), some(u.Rank), number(u.Score), partial}
	for _, in := range rules.Indicators {
		x := u.Rates[in.Code]
		line = append(line, number(x.Percent), strconv.Itoa(x.Good), strconv.Itoa(x.Counts))
	}
	return append(line, some(u.Staff), p.From, p.To, rules.Version)
}

// harmless keeps a spreadsheet from taking a text for a formula (OWASP, CSV
// injection): such a text gets an apostrophe before it. A number stays one.
func harmless(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell == "" || !strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

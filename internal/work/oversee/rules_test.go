package oversee_test

import (
	"strings"
	"testing"

	"banyan/internal/platform/pack"
)

const order = `
- version: 'a'
  valid_from: '2020-01-01'
  indicators:
    - {code: response, name: {zh-Hans: 响应, zh-Hant: 響應, en: Response}, weight: 1, counts: 'kind == "first_response"', good: in_time}
  ranking: {min_cases: 1, groups: same}
  cards: {oversight_after: {amount: 1, unit: workdays, from: now}, yellow: 'overdue_days >= 5', red: 'overdue_days >= 10'}
  rounding: 1
`

func TestRulesInOrder(t *testing.T) {
	t.Parallel()
	if _, err := rules(order); err != nil {
		t.Error(err)
	}
}

// Every mistake is told with the file, the line and the field, and none is
// taken for false.
func TestWrongRules(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ old, new, field, what string }{
		"counts is no CEL":      {`'kind == "first_response"'`, `'kind =='`, "indicators.response.counts", ""},
		"good knows no field":   {`good: in_time`, `good: on_time`, "indicators.response.good", "on_time"},
		"good is no yes or no":  {`good: in_time`, `good: kind`, "indicators.response.good", ""},
		"a number is a text":    {`'overdue_days >= 5'`, `'overdue_days >= "5"'`, "cards.yellow", ""},
		"red is no CEL":         {`'overdue_days >= 10'`, `'overdue_days >'`, "cards.red", ""},
		"exclusions":            {"  rounding: 1", "  rounding: 1\n  exclusions: 'unit ==1'", "exclusions", ""},
		"no date":               {"'2020-01-01'", "'2020-13-01'", "valid_from", "date"},
		"unknown limit":         {"unit: workdays", "unit: fortnights", "cards.oversight_after", ""},
		"comparing all units":   {"groups: same", "groups: all", "ranking.groups", "same"},
		"rounding":              {"rounding: 1", "rounding: 9", "rounding", "decimals"},
		"negative weight":       {"weight: 1", "weight: -1", "indicators.response.weight", "less than 0"},
		"nothing to score":      {"weight: 1", "weight: 0", "indicators", "weight"},
		"an indicator no code":  {"code: response", "code: ''", "indicators", "no code"},
		"an unknown setting":    {"rounding: 1", "roundings: 1", "", "roundings"},
		"two versions of a day": {order, order + strings.Replace(order, "'a'", "'b'", 1), "valid_from", "same day"},
		"nothing at all":        {order, "[]", "", "no version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(order, tc.old) {
				t.Fatalf("the sample has no %q", tc.old)
			}
			_, err := rules(strings.Replace(order, tc.old, tc.new, 1))
			ps := pack.AsProblems(err)
			if len(ps) == 0 {
				t.Fatal("loads")
			}
			p := ps[0]
			if tc.field != "" && p.Field != tc.field || !strings.Contains(p.String(), tc.what) || !strings.Contains(p.File, "assess/rates.yaml") {
				t.Errorf("got %q, want field %q and %q", p, tc.field, tc.what)
			}
			if p.Line == 0 && tc.new != "[]" {
				t.Errorf("%q has no line", p)
			}
		})
	}
}

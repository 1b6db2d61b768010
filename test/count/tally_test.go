package main

import (
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	t.Parallel()
	const pass, fail, skip = `{"Action":"pass","Package":"p","Test":"%"}`, `{"Action":"fail","Package":"p","Test":"%"}`, `{"Action":"skip","Package":"p","Test":"%"}`
	end := func(form, test string) string { return strings.ReplaceAll(form, "%", test) }
	cases := []struct {
		name   string
		events []string
		want   counts
		wrong  bool
	}{
		{name: "nothing"},
		{name: "two tests", events: []string{end(pass, "A"), end(pass, "B"), `{"Action":"pass","Package":"p"}`}, want: counts{passed: 2}},
		{name: "subtests stand for their test", events: []string{end(pass, "A/x"), end(pass, "A/y"), end(pass, "A")}, want: counts{passed: 2}},
		{name: "a failed subtest is one failure", events: []string{end(fail, "A/x"), end(pass, "A/y"), end(fail, "A"), `{"Action":"fail","Package":"p"}`}, want: counts{passed: 1, failed: 1}},
		{name: "a test that fails after its subtests passed", events: []string{end(pass, "A/x"), end(fail, "A"), `{"Action":"fail","Package":"p"}`}, want: counts{passed: 1, failed: 1}},
		{name: "a name that begins alike is no subtest", events: []string{end(fail, "A"), end(fail, "AB")}, want: counts{failed: 2}},
		{name: "a package that died", events: []string{end(pass, "A"), `{"Action":"fail","Package":"p"}`}, want: counts{passed: 1, failed: 1}},
		{name: "a package that did not build", events: []string{
			`{"Action":"build-output","ImportPath":"p","Output":"x.go:1: wrong\n"}`, `{"Action":"build-fail","ImportPath":"p"}`, `{"Action":"fail","Package":"p","FailedBuild":"p"}`,
		}, want: counts{failed: 1}},
		{name: "skipped", events: []string{end(skip, "A"), `{"Action":"skip","Package":"q"}`}, want: counts{skipped: 1}},
		{name: "half a line", events: []string{`{"Action":"pa`}, wrong: true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(strings.NewReader(strings.Join(c.events, "\n")))
			if (err != nil) != c.wrong {
				t.Fatalf("read: %v", err)
			}
			if err == nil && got.count() != c.want {
				t.Errorf("count = %+v, want %+v", got.count(), c.want)
			}
		})
	}
}

func TestShowSaysWhy(t *testing.T) {
	t.Parallel()
	got, err := read(strings.NewReader(`{"Action":"output","Package":"p","Test":"A","Output":"    a_test.go:7: two is not three\n"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Test":"B","Output":"    b_test.go:9: no network here\n"}
{"Action":"skip","Package":"p","Test":"B"}
{"Action":"fail","Package":"p","Elapsed":1.5}
`))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	got.show(&out)
	for _, want := range []string{"FAIL p A\n    a_test.go:7: two is not three", "skipped p B: no network here", "1.5 s  p"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

package messages_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/scenario/messages"
)

// realLines gives the first n lines of the answered messages kept outside the
// repository, or skips the test.
func realLines(t *testing.T, n int) string {
	t.Helper()
	dir := os.Getenv("BANYAN_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "messages", "answered.jsonl"))
	if err != nil {
		t.Skipf("needs messages/answered.jsonl, which is not part of the repository; set BANYAN_DATA to its folder: %v", err)
	}
	defer f.Close() //nolint:errcheck // only read
	var lines strings.Builder
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for range n {
		if !in.Scan() {
			t.Fatalf("the file has fewer than %d lines: %v", n, in.Err())
		}
		lines.WriteString(in.Text() + "\n")
	}
	return lines.String()
}

func TestRealMessages(t *testing.T) {
	t.Parallel()
	file := realLines(t, 300)
	h := fresh(t)
	if got, want := h.must(file), (messages.Result{Read: 300, Requests: 300, Cases: 300, Closed: 300}); got != want {
		t.Errorf("%+v, want %+v; aside %s", got, want, h.aside)
	}
	if n := len(h.stories()); n != 300 { // every journal rebuilds its case
		t.Errorf("%d cases", n)
	}
	for _, f := range h.cases() {
		h.played(f)
	}
	if got, want := h.must(file), (messages.Result{Read: 300, Repeated: 300}); got != want {
		t.Errorf("again %+v, want %+v", got, want)
	}
}

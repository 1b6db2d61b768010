// Command count reads the output of `go test -json`, shows what failed and what was skipped in a form people read, and
// counts. A test with subtests is not counted beside them; a package that did not build or died counts as one failure.
//
//	go test -json ./... | go run ./test/count
//
// The three numbers passed, failed and skipped go to the error stream, so that a script can read them.
package main

import (
	"fmt"
	"os"
)

func main() {
	t, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "count tests:", err)
		os.Exit(1)
	}
	t.show(os.Stdout)
	n := t.count()
	fmt.Fprintln(os.Stderr, n.passed, n.failed, n.skipped)
}

package upgrade

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/platform/db/dbtest"
)

const root = "../.."

// run runs a command in a folder and gives what it printed.
func run(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	text, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(text)), err
}

func must(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	text, err := run(t, dir, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
	}
	return text
}

// earlier names the commit to come from, or skips where there is no history.
func earlier(t *testing.T) string {
	t.Helper()
	if from := os.Getenv("BANYAN_UPGRADE_FROM"); from != "" {
		return must(t, root, "git", "rev-parse", "--verify", from+"^{commit}")
	}
	from, err := run(t, root, "git", "rev-parse", "--verify", firstStore+"^{commit}")
	if err != nil {
		t.Skipf("commit %s is not in this clone: fetch the whole history, or set BANYAN_UPGRADE_FROM to a commit", firstStore)
	}
	return from
}

// firstStore is the oldest commit whose stores have to open.
const firstStore = "6ed0c56"

// build makes the program of a folder. Pages are left without styles: nobody looks at them here.
func build(t *testing.T, dir, out string) string {
	t.Helper()
	must(t, dir, "go", "build", "-o", out, "./cmd/banyan")
	return out
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	from, work := earlier(t), t.TempDir()
	tree := filepath.Join(work, "earlier")
	must(t, root, "git", "worktree", "add", "--detach", tree, from)
	t.Cleanup(func() { must(t, root, "git", "worktree", "remove", "--force", tree) })
	must(t, tree, "go", "tool", "templ", "generate")
	old := build(t, tree, filepath.Join(work, "banyan-old"))
	now := build(t, root, filepath.Join(work, "banyan-new"))
	t.Logf("from %.12s", from)
	packs := filepath.Join(tree, "packs", "lianjiang")
	for _, server := range []string{"", os.Getenv("BANYAN_TEST_POSTGRES")} {
		name := "sqlite"
		if server != "" {
			name = "postgres"
		}
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "d")
			flags := []string{"--data", data, "--db", dbtest.Empty(t, server)}
			with := func(args ...string) []string { return append(args, flags...) }
			must(t, work, old, with("init", "--pack", packs, "--demo")...)
			rates := must(t, work, old, with("report", "rates", "--json")...)

			pending := must(t, work, now, with("migrate", "--check")...)
			must(t, work, now, with("migrate", "--backup")...)
			if said, err := run(t, work, now, with("doctor")...); err != nil && !(strings.Count(said, "WRONG") == 1 && strings.Contains(said, "fsync = off")) {
				t.Errorf("doctor: %v\n%s", err, said)
			}
			if after := must(t, work, now, with("report", "rates", "--json", "--replay")...); !strings.Contains(after, `"agrees":true`) {
				t.Errorf("rates do not agree with the journals: %s, were %s", after, rates)
			}
			if !strings.Contains(pending, "pending:") {
				return // both know the same tables
			}
			if said, err := run(t, work, old, with("doctor")...); err == nil || !strings.Contains(said, "newer than this program") {
				if !onlyNew(pending) {
					t.Errorf("the earlier program opens the newer store: %v\n%s", err, said)
				}
			}
			saved, err := filepath.Glob(filepath.Join(data, "backups", "*.tar"))
			if err != nil || len(saved) != 1 {
				t.Fatalf("backups %v, %v", saved, err)
			}
			back := filepath.Join(t.TempDir(), "back")
			must(t, work, now, "restore", "--from", saved[0], "--data", back, "--key", filepath.Join(data, "secret.key"), "--check") // on SQLite
		})
		if server == "" && os.Getenv("BANYAN_TEST_POSTGRES") == "" {
			break
		}
	}
}

// onlyNew tells whether what was pending were whole new modules: tables an earlier program does not look at.
func onlyNew(pending string) bool {
	for line := range strings.SplitSeq(pending, "\n") {
		if strings.HasPrefix(line, "pending:") && !strings.Contains(line, " 0 to ") {
			return false
		}
	}
	return true
}

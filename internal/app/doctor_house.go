package app

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/db"
	"banyan/internal/platform/pack"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// exam is a house while doctor looks at it. Going through all cases answers several checks at once.
type exam struct {
	*App
	audited bool
	audit   casework.Audit
	failed  error
	silent  tally // cases whose journal and facts differ
	files   tally // files that are missing or have another size
	named   map[uint64]bool
}

// tally counts what is wrong and keeps the first.
type tally struct {
	n     int
	first string
}

func (t *tally) add(what string) {
	if t.n++; t.n == 1 {
		t.first = what
	}
}

// finding tells what was counted, or that all is well.
func (t tally) finding(say, do string) Finding {
	if t.n == 0 {
		return well("")
	}
	return wrongly(fmt.Sprintf("%d "+say+", first %s", t.n, t.first), do)
}

// all goes through every case once.
func (e *exam) all(ctx context.Context) (casework.Audit, error) {
	if e.audited {
		return e.audit, e.failed
	}
	e.audited, e.named = true, map[uint64]bool{}
	n := int64(0)
	e.audit, e.failed = e.Cases.Audit(ctx, func(batch []casework.Audited) error {
		n += int64(len(batch))
		e.told("cases looked at", n)
		if err := e.compareFacts(ctx, batch); err != nil {
			return err
		}
		for _, one := range batch {
			for _, key := range one.Files {
				if err := e.stored(ctx, key, -1); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return e.audit, e.failed
}

// compareFacts makes sure that each journal entry said its fact.
func (e *exam) compareFacts(ctx context.Context, batch []casework.Audited) error {
	ids := make([]string, len(batch))
	for i, one := range batch {
		ids[i] = one.ID
	}
	said, err := e.Facts.Said(ctx, ids)
	if err != nil {
		return err
	}
	for _, one := range batch {
		want := map[string]int{}
		for _, act := range one.Actions {
			want[casework.FactPrefix+string(act)]++
		}
		for name, n := range want {
			if said[one.ID][name] < n {
				e.silent.add("case " + one.ID)
				break
			}
		}
	}
	return nil
}

// stored looks whether a file is there, with its size when that is known, and remembers that it is named.
func (e *exam) stored(ctx context.Context, key string, size int64) error {
	e.named[short(key)] = true
	have, err := e.Files.Size(ctx, key)
	if errors.Is(err, fs.ErrNotExist) || err == nil && size >= 0 && have != size {
		e.files.add(key)
		return nil
	}
	return err
}

// short stands for a key where a million of them have to be remembered.
func short(key string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // it cannot fail
	return h.Sum64()
}

const (
	doReplay = "something changed the store behind the program's back: find out what, and restore a backup if it cannot be undone"
	doFiles  = "bring the file back from a backup; the page that shows it says so until then"
)

func lookJournals(ctx context.Context, e *exam) (Finding, error) {
	a, err := e.all(ctx)
	d := a.Count(casework.DefectJournal)
	if d.N > 0 {
		return wrongly(fmt.Sprintf("%d cases differ from their journals, first %s", d.N, d.First), doReplay), err
	}
	return well(fmt.Sprintf("%d cases", a.Cases)), err
}

func lookIndexes(ctx context.Context, e *exam) (Finding, error) {
	a, err := e.all(ctx)
	var say []string
	for _, d := range a.Defects {
		if d.What != casework.DefectJournal {
			say = append(say, fmt.Sprintf("%s of %d cases, first %s", d.What, d.N, d.First))
		}
	}
	if len(say) > 0 {
		return wrongly("what lists show differs from the cases: "+strings.Join(say, "; "), doReplay), err
	}
	return well(""), err
}

func lookFacts(ctx context.Context, e *exam) (Finding, error) {
	_, err := e.all(ctx)
	return e.silent.finding("cases have a journal entry without its fact", doReplay), err
}

func lookPacks(ctx context.Context, e *exam) (Finding, error) {
	a, err := e.all(ctx)
	if err != nil {
		return Finding{}, err
	}
	versions, err := e.Packs.Versions(ctx)
	var missing []string
	for _, ref := range a.Packs {
		if !slices.ContainsFunc(versions, func(v pack.Version) bool { return v.Name+"@"+v.Version == ref }) {
			missing = append(missing, ref)
		}
	}
	if len(missing) > 0 {
		return wrongly("cases were opened under packs that are not installed: "+strings.Join(missing, ", "), "install them with banyan init --pack, then the one to be in force again"), err
	}
	return well(fmt.Sprintf("%d versions", len(versions))), err
}

func lookProvisional(ctx context.Context, e *exam) (Finding, error) {
	a, err := e.all(ctx)
	if a.Provisional > 0 {
		return warn(fmt.Sprintf("%d cases have a due time that waits for a year's calendar", a.Provisional), "install the pack with the calendar once it is published"), err
	}
	return well(""), err
}

// lookRequests makes sure that each request has a case, that both say the same, and that its coming in was said.
func lookRequests(ctx context.Context, e *exam) (Finding, error) {
	var apart, silent tally
	after, n := "", int64(0)
	for {
		places, err := e.Requests.PlacesAfter(ctx, after, 500)
		if err != nil {
			return Finding{}, err
		}
		if len(places) == 0 {
			break
		}
		if err := e.compareRequests(ctx, places, &apart, &silent); err != nil {
			return Finding{}, err
		}
		after, n = places[len(places)-1].ID, n+int64(len(places))
		e.told("requests looked at", n)
	}
	switch {
	case silent.n > 0:
		return silent.finding("requests came in without a fact", doReplay), nil
	case apart.n == 0:
		return well(fmt.Sprintf("%d requests", n)), nil
	}
	waiting, err := e.Facts.Owed(ctx)
	for _, w := range waiting {
		if w.Reaction == "belong" && w.N > 0 {
			return warn(fmt.Sprintf("%d requests are still to follow their case", apart.n), "wait, or start banyan serve: a reaction does it"), err
		}
	}
	return apart.finding("requests are linked to another case than they say", doReplay), err
}

func (e *exam) compareRequests(ctx context.Context, places []request.Place, apart, silent *tally) error {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	said, err := e.Facts.Said(ctx, ids)
	if err != nil {
		return err
	}
	return e.DB.Read(ctx, func(tx *db.Tx) error {
		linked, err := e.Cases.CasesOfTx(tx, ids)
		for _, p := range places {
			if p.CaseID == "" || linked[p.ID] != p.CaseID {
				apart.add(p.ID)
			}
			if said[p.ID][request.FactReceived] == 0 {
				silent.add(p.ID)
			}
		}
		return err
	})
}

// lookAttachments compares rows with the file store, both ways. A file nobody names may be about to be named.
func lookAttachments(ctx context.Context, e *exam) (Finding, error) {
	if _, err := e.all(ctx); err != nil {
		return Finding{}, err
	}
	after := ""
	for {
		photos, last, err := e.Requests.PhotosAfter(ctx, after, 200)
		if err != nil {
			return Finding{}, err
		}
		if last == "" {
			break
		}
		for _, p := range photos {
			if err := e.stored(ctx, p.Key, p.Size); err != nil {
				return Finding{}, err
			}
		}
		after = last
	}
	if e.files.n > 0 {
		return e.files.finding("files are missing or have another size", doFiles), nil
	}
	orphans, all, old := 0, 0, time.Now().Add(-48*time.Hour)
	err := e.Files.Each(ctx, func(key string, at time.Time) error {
		all++
		if !e.named[short(key)] && at.Before(old) {
			orphans++
		}
		return nil
	})
	if orphans > 0 {
		return warn(fmt.Sprintf("%d of %d files belong to nothing", orphans, all), "banyan serve sweeps them once a day"), err
	}
	return well(fmt.Sprintf("%d files", all)), err
}

func lookReactions(ctx context.Context, e *exam) (Finding, error) {
	list, err := e.Facts.Failures(ctx)
	var t tally
	for _, f := range list {
		t.add(f.ID)
	}
	return t.finding("failed", "look at /admin and retry"), err
}

// lookWaiting finds rows that no reaction will ever take.
func lookWaiting(ctx context.Context, e *exam) (Finding, error) {
	waiting, err := e.Facts.Owed(ctx)
	n := 0
	for _, w := range waiting {
		switch n += w.N; {
		case w.Lost > 0:
			return wrongly(fmt.Sprintf("%d rows of reaction %s wait for facts that are not there", w.Lost, w.Reaction), doReplay), err
		case !w.Known:
			return warn(fmt.Sprintf("%d facts wait for reaction %s, which this program does not have", w.N, w.Reaction), "run the program that has it, or leave them"), err
		}
	}
	return well(fmt.Sprintf("%d facts wait", n)), err
}

func lookMessages(ctx context.Context, e *exam) (Finding, error) {
	list, err := e.Outbox.Failures(ctx, 100)
	var t tally
	for _, f := range list {
		t.add(f.ID)
	}
	return t.finding("failed", "look at /admin and retry"), err
}

// backupAge is after how long without a whole backup doctor says so.
const backupAge = 8 * 24 * time.Hour

func lookBackup(ctx context.Context, e *exam) (Finding, error) {
	whole, last, err := backup.NewRuns(e.DB).Last(ctx)
	age := e.Clock.Now().Sub(whole.Started)
	const do = "take one with banyan backup, or set backup in banyan.yaml"
	switch {
	case err != nil:
		return Finding{}, err
	case last.Error != "":
		return warn("the last one failed: "+last.Error, "mend that; "+do), nil
	case whole.Started.IsZero():
		return warn("none was ever taken of this store", do), nil
	case age > backupAge:
		return warn(fmt.Sprintf("the last whole one is %d days old", int(age.Hours()/24)), do), nil
	}
	if n := tooManyBackups(e.Settings.Backup); n > 0 {
		return warn(fmt.Sprintf("%d old ones are still in %s", n, e.Settings.Backup.To), "let the program remove files there, and look that the disk does not fill"), nil
	}
	return well(fmt.Sprintf("the last one was taken %s ago: %s", age.Round(time.Minute), whole.Place)), nil
}

// tooManyBackups counts what is in the folder beyond what should be kept and one that was just taken: removing failed.
func tooManyBackups(s BackupSettings) int {
	if s.To == "" || s.Keep < 1 {
		return 0
	}
	names, err := backup.List(s.To)
	if err != nil {
		return 0 // a folder that cannot be read fails the next backup, which is told of
	}
	return max(0, len(names)-s.Keep-1)
}

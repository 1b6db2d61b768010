package feed_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/fact"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/scenario/feed"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

func names(list []feed.Change) string {
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s:%d:%s", c.Action, c.Version, c.State))
	}
	return strings.Join(out, " ")
}

// A case's life is in the feed, change by change, with how it stands and without a word of the requester.
func TestFeed(t *testing.T) {
	each(t, func(h *house) {
		f := h.Dispatched("350102.cgj")
		h.Drain()
		first, next := h.changes("desk", "0", "1000")
		if got := names(first); got != "open:1:received dispatch:2:dispatched" {
			h.Errorf("the feed says %s", got)
		}
		if c := first[1]; c.Case.ID != f.Case.ID || c.Case.Number != f.Case.Number || c.Case.Lead != "350102.cgj" || c.Case.District != "350102" || c.Case.Version != 2 || c.Was != casework.Received {
			h.Errorf("change %+v", c)
		}
		_, err := h.Cases.Sign(h.Context(), h.Cast["lamps"], h.Lead(f).ID)
		h.Must(err)
		h.Drain()
		more, end := h.changes("desk", next, "1")
		if got := names(more); got != "sign:3:working" && got != "sign:3:dispatched" {
			h.Errorf("behind %s the feed says %s", next, got)
		}
		if rest, same := h.changes("desk", end, "1000"); len(rest) != 0 || same != end {
			h.Errorf("behind the end there are %s, next %s", names(rest), same)
		}
		body := string(h.Program("desk").Call(http.MethodGet, root+"/feed/cases", nil).Want(http.StatusOK).Body)
		for _, word := range []string{"张三", "13900000001", "路灯", "3号楼", f.Requests()[0]} {
			if strings.Contains(body, word) {
				h.Errorf("the feed holds %q", word)
			}
		}
	})
}

// Each key reads what its post may read, in pages of any size.
func TestFeedReach(t *testing.T) {
	each(t, func(h *house) {
		gulou := h.Dispatched("350102.cgj")
		cangshan := h.another("350104")
		h.Drain()
		for who, want := range map[string][]string{
			"desk": {gulou.Case.ID, gulou.Case.ID, cangshan.Case.ID}, "gulou": {gulou.Case.ID, gulou.Case.ID}, "cangshan": {cangshan.Case.ID}, "taijiang": nil,
			"lamps": {gulou.Case.ID, gulou.Case.ID}, "far": nil, "caller": {gulou.Case.ID, gulou.Case.ID}, "grid": {gulou.Case.ID, gulou.Case.ID},
		} {
			for _, limit := range []string{"1", "2", "1000"} {
				list, _ := h.changes(who, "0", limit)
				var got []string
				for _, c := range list {
					got = append(got, c.Case.ID)
				}
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					h.Errorf("%s reads %v by %s, want %v", who, got, limit, want)
				}
			}
			var page struct{ Cases []casework.Standing }
			h.Program(who).Call(http.MethodGet, root+"/feed/snapshot", nil).Want(http.StatusOK).Into(&page)
			var got []string
			for _, c := range page.Cases {
				got = append(got, c.ID)
			}
			if all := slices.Compact(slices.Clone(want)); !slices.Equal(got, all) {
				h.Errorf("%s has the snapshot %v, want %v", who, got, all)
			}
		}
	})
}

// After a restore readers hold cursors of changes that were lost. They miss none of the new ones, and reach them at once.
func TestFeedAfterRestore(t *testing.T) {
	each(t, func(h *house) {
		h.Opened()
		h.Drain()
		h.changes("desk", "0", "10")
		h.Program("desk").Call(http.MethodGet, root+"/feed/cases?after=5", nil).Want(http.StatusUnprocessableEntity)
		h.Must(h.room.Restored(h.Context()))
		for _, who := range []string{"desk", "cangshan"} {
			if list, next := h.changes(who, "5", "10"); len(list) != 0 || next != "1000000001" {
				h.Errorf("right after the restore %s reads %s, next %s", who, names(list), next)
			}
		}
		f := h.another("350104")
		h.Drain()
		for _, who := range []string{"desk", "cangshan"} {
			for _, after := range []string{"1", "5", "1000000001"} {
				if list, next := h.changes(who, after, "1"); len(list) != 1 || list[0].Case.ID != f.Case.ID || next != "1000000002" {
					h.Errorf("behind %s %s reads %s, next %s", after, who, names(list), next)
				}
			}
			if list, _ := h.changes(who, "0", "1"); list[len(list)-1].Case.ID != f.Case.ID {
				h.Errorf("from the beginning %s reads %s", who, names(list))
			}
		}
	})
}

func TestFeedRefusals(t *testing.T) {
	h := open(t)
	h.Opened()
	h.Drain()
	h.Cast["data"] = worktest.Staff("data", "3501.12345", access.Data)
	for _, path := range []string{"/feed/cases", "/feed/snapshot"} {
		h.Program("desk", apikey.CasesRead).Call(http.MethodGet, root+path, nil).Want(http.StatusForbidden)
		h.Program("data").Call(http.MethodGet, root+path, nil).Want(http.StatusForbidden)
		p := h.Program("desk")
		p.Secret = ""
		p.Call(http.MethodGet, root+path, nil).Want(http.StatusUnauthorized)
		for _, query := range []string{"?limit=0", "?limit=1001", "?limit=x", "?unknown=1"} {
			h.Program("desk").Call(http.MethodGet, root+path+query, nil).Want(http.StatusUnprocessableEntity)
		}
	}
	for _, after := range []string{"-1", "x", "2", "9223372036854775807", "99999999999999999999"} {
		h.Program("desk").Call(http.MethodGet, root+"/feed/cases?after="+after, nil).Want(http.StatusUnprocessableEntity)
	}
	h.Clock.Advance(91 * 24 * time.Hour)
	h.another("350104")
	h.Drain()
	h.Must(h.room.Tidy(h.Context()))
	if list, _ := h.changes("desk", "0", "10"); len(list) != 1 || list[0].Cursor != "2" {
		h.Errorf("after 91 days the feed has %s", names(list))
	}
	if list, _ := h.changes("desk", "1", "10"); len(list) != 1 {
		h.Errorf("behind what was removed the feed has %s", names(list))
	}
	h.another("350104")
	h.Drain()
	h.Clock.Advance(91 * 24 * time.Hour)
	h.Must(h.room.Tidy(h.Context()))
	if d := h.Program("desk").Call(http.MethodGet, root+"/feed/cases?after=1", nil).Want(http.StatusConflict).Problem(); d.Code != "feed.old_cursor" {
		h.Errorf("an old cursor: %+v", d)
	}
	if list, next := h.changes("desk", "3", "10"); len(list) != 0 || next != "3" {
		h.Errorf("at the end of a feed that is empty: %s, next %s", names(list), next)
	}
}

// Reading the bulk of the city leaves a line in the register of exports, one a day and reader.
func TestReadingIsRegistered(t *testing.T) {
	h := open(t)
	h.Opened()
	h.Drain()
	for range 2 {
		h.changes("desk", "0", "10")
		h.Program("desk").Call(http.MethodGet, root+"/feed/snapshot", nil).Want(http.StatusOK)
	}
	h.changes("taijiang", "0", "10") // which saw nothing
	list, err := h.room.Exported(h.Context(), "", 10)
	h.Must(err)
	if len(list) != 2 || list[0].What+list[1].What != "snapshotfeed" || list[0].Rows != 2 || list[1].Rows != 2 || list[0].Kind != access.Partner {
		h.Errorf("the register holds %+v", list)
	}
}

// Many change cases at once, several processes fold, and a reader follows: who goes on behind the last cursor misses
// nothing that is committed later, and a copy begun by a snapshot in the middle of it all ends equal to the city.
func TestFeedSkipsNothing(t *testing.T) {
	each(t, func(h *house) {
		const writers, each = 4, 12
		var folders []*fact.Log
		for range 3 {
			log := fact.New(h.DB, h.Clock, slog.New(slog.DiscardHandler))
			h.react(log)
			folders = append(folders, log)
		}
		ctx, stop := context.WithCancel(h.Context())
		defer stop()
		for _, log := range folders {
			log.Start(ctx)
		}
		var writing sync.WaitGroup
		ready := make(chan struct{})
		for w := range writers {
			writing.Go(func() {
				for i := range each {
					in := worktest.Lamp()
					in.Contact.Phone = fmt.Sprintf("139%04d%04d", w, i)
					got, err := h.Requests.Receive(ctx, worktest.Guest(), in)
					if err == nil {
						_, err = h.Cases.Answer(ctx, worktest.Desk(), casework.Answering{Case: got.CaseID, Public: "已修好。"})
					}
					if err != nil {
						h.Error(err)
					}
					if w == 0 && i == each/2 {
						close(ready)
					}
				}
			})
		}
		<-ready
		all := func() bool { // every fact is folded
			list, _ := h.changes("desk", "0", "1000")
			return len(list) == 2*writers*each
		}
		copied, at := map[string]casework.Standing{}, ""
		for query := "?limit=7"; ; {
			var page struct {
				Cases      []casework.Standing
				Next, Feed string
			}
			h.Program("desk").Call(http.MethodGet, root+"/feed/snapshot"+query, nil).Want(http.StatusOK).Into(&page)
			if at == "" {
				at = page.Feed
			}
			for _, c := range page.Cases {
				copied[c.ID] = c
			}
			if page.Next == "" {
				break
			}
			query = "?limit=7&after=" + page.Next
		}
		seen, cursor := []feed.Change{}, "0"
		follow := func() {
			var list []feed.Change
			list, cursor = h.changes("desk", cursor, "5")
			seen = append(seen, list...)
		}
		ended := make(chan struct{})
		go func() { writing.Wait(); close(ended) }()
		for open := true; open; {
			select {
			case <-ended:
				open = false
			default:
			}
			follow()
		}
		for !all() {
			follow()
			h.Clock.Advance(time.Minute) // what collided too often is folded a while later
			for _, log := range folders {
				h.Must(log.Drain(ctx))
			}
		}
		follow()
		h.whole(seen, writers*each)
		behind, _ := h.changes("desk", at, "1000")
		for _, c := range behind {
			if c.Case.Version >= copied[c.Case.ID].Version {
				copied[c.Case.ID] = c.Case
			}
		}
		h.equal(copied, writers*each)
	})
}

// whole checks that every change of every case came once, by dense cursors.
func (h *house) whole(seen []feed.Change, cases int) {
	h.Helper()
	times := map[string]int{}
	for i, c := range seen {
		times[fmt.Sprint(c.Case.ID, c.Version)]++
		if c.Cursor != fmt.Sprint(i+1) {
			h.Fatalf("change %d has the cursor %s", i+1, c.Cursor)
		}
	}
	if len(times) != 2*cases || len(seen) != 2*cases {
		h.Errorf("%d changes, %d distinct, want %d", len(seen), len(times), 2*cases)
	}
}

// equal compares a copy with the city.
func (h *house) equal(copied map[string]casework.Standing, cases int) {
	h.Helper()
	list, _, err := h.Cases.Standings(h.Context(), worktest.Desk(), "", 1000)
	h.Must(err)
	if len(list) != cases || len(copied) != cases {
		h.Errorf("the city has %d cases, the copy %d, want %d", len(list), len(copied), cases)
	}
	for _, c := range list {
		if copied[c.ID] != c {
			h.Errorf("the copy has %+v, the city %+v", copied[c.ID], c)
		}
	}
}

package org_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/register/org"
)

// bench is a service with one member of staff and a clock that is moved by hand.
type bench struct {
	*org.Service
	ctx   context.Context
	clock *clock.Manual
	staff org.Staff
}

func each(t *testing.T, test func(t *testing.T, b bench)) {
	t.Helper()
	dbtest.Each(t, []db.Schema{org.Schema()}, func(t *testing.T, d *db.DB) {
		b := bench{ctx: t.Context(), clock: clock.NewManual(time.Date(2026, 9, 24, 1, 0, 0, 0, time.UTC))}
		b.Service = org.NewService(d, b.clock, load(t))
		var err error
		b.staff, err = b.AddStaff(b.ctx, org.Staff{Name: "张三", Unit: "350102.cgj", Account: "zhangsan"})
		if err != nil {
			t.Fatal(err)
		}
		test(t, b)
	})
}

func TestStaffOfAUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bench) {
		if _, err := b.AddStaff(b.ctx, org.Staff{Name: "李四", Unit: "350102.cgj"}); err != nil {
			t.Fatal(err)
		}
		list, err := b.StaffOf(b.ctx, "350102.cgj")
		if err != nil || len(list) != 2 {
			t.Fatalf("StaffOf = %v, %v", list, err)
		}
		if got, err := b.ByAccount(b.ctx, "zhangsan"); err != nil || got != b.staff {
			t.Errorf("ByAccount = %v, %v", got, err)
		}
		if got, err := b.Staff(b.ctx, b.staff.ID); err != nil || got != b.staff {
			t.Errorf("Staff = %v, %v", got, err)
		}
		if _, err := b.ByAccount(b.ctx, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no account finds somebody: %v", err)
		}
		if err := b.SetAccount(b.ctx, b.staff.ID, "zhang"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.ByAccount(b.ctx, "zhangsan"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the old account is still good: %v", err)
		}
	})
}

func TestAddStaffRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		staff org.Staff
		kind  fault.Kind
		want  string
	}{
		{"no name", org.Staff{Unit: "3501.cgj"}, fault.Invalid, "field name"},
		{"a long name", org.Staff{Name: strings.Repeat("长", 61), Unit: "3501.cgj"}, fault.Invalid, "field name"},
		{"no such unit", org.Staff{Name: "王五", Unit: "3501.moon"}, fault.Invalid, "field unit"},
		{"an account in use", org.Staff{Name: "王五", Unit: "3501.cgj", Account: "zhangsan"}, fault.Conflict, "org.error.taken"},
	}
	each(t, func(t *testing.T, b bench) {
		for _, tt := range tests {
			_, err := b.AddStaff(b.ctx, tt.staff)
			if fault.KindOf(err) != tt.kind || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: %v, want %s with %s", tt.name, err, tt.kind, tt.want)
			}
		}
	})
}

func TestPostsBeginAndEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bench) {
		start := b.clock.Now()
		post, err := b.AddPost(b.ctx, org.Post{Staff: b.staff.ID, Role: org.Handler, GivenBy: "system"})
		if err != nil {
			t.Fatal(err)
		}
		if post.Unit != "350102.cgj" || post.Area != "350102" || !post.From.Equal(start) {
			t.Errorf("AddPost = %+v", post)
		}
		b.clock.Advance(time.Hour)
		if err := b.EndPost(b.ctx, post.ID, "admin-1"); err != nil {
			t.Fatal(err)
		}
		for at, want := range map[time.Time]int{
			start.Add(-time.Millisecond): 0, start: 1, start.Add(time.Hour - time.Millisecond): 1, start.Add(time.Hour): 0,
		} {
			posts, err := b.PostsOf(b.ctx, b.staff.ID, at)
			holders, err2 := b.Holders(b.ctx, "350102.cgj", org.Handler, at)
			if err != nil || err2 != nil || len(posts) != want || len(holders) != want {
				t.Errorf("at %v: %d posts, %d holders, want %d (%v, %v)", at, len(posts), len(holders), want, err, err2)
			}
		}
		if err := b.EndPost(b.ctx, post.ID, "admin-1"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("ended twice: %v", err)
		}
		if err := b.EndPost(b.ctx, "none", "admin-1"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("ended nothing: %v", err)
		}
		again, err := b.AddPost(b.ctx, org.Post{Staff: b.staff.ID, Role: org.Handler, GivenBy: "system"})
		if err != nil {
			t.Fatalf("the role cannot be given again: %v", err)
		}
		history, err := b.History(b.ctx, b.staff.ID)
		if err != nil || len(history) != 2 || history[0].EndedBy != "admin-1" || history[1].ID != again.ID {
			t.Errorf("History = %+v, %v", history, err)
		}
	})
}

func TestAddPostRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bench) {
		now := b.clock.Now()
		if _, err := b.AddPost(b.ctx, org.Post{Staff: b.staff.ID, Role: org.Handler, From: now}); err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			name string
			post org.Post
			kind fault.Kind
		}{
			{"nobody", org.Post{Staff: "none", Role: org.Handler}, fault.NotFound},
			{"an unknown role", org.Post{Staff: b.staff.ID, Role: "king"}, fault.Invalid},
			{"an unknown unit", org.Post{Staff: b.staff.ID, Role: org.Caller, Unit: "3501.moon"}, fault.Invalid},
			{"an area beyond the unit", org.Post{Staff: b.staff.ID, Role: org.Caller, Area: "350104"}, fault.Invalid},
			{"an end before the beginning", org.Post{Staff: b.staff.ID, Role: org.Caller, From: now, To: now}, fault.Invalid},
			{"the same post again", org.Post{Staff: b.staff.ID, Role: org.Handler, From: now.Add(time.Hour)}, fault.Conflict},
		}
		for _, tt := range tests {
			if _, err := b.AddPost(b.ctx, tt.post); err == nil || fault.KindOf(err) != tt.kind {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.kind)
			}
		}
	})
}

func TestWhoLeavesHoldsNoPost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bench) {
		for _, from := range []time.Time{b.clock.Now(), b.clock.Now().Add(48 * time.Hour)} {
			role := map[bool]org.Role{true: org.Handler, false: org.Arbiter}[from.Equal(b.clock.Now())]
			if _, err := b.AddPost(b.ctx, org.Post{Staff: b.staff.ID, Role: role, From: from}); err != nil {
				t.Fatal(err)
			}
		}
		b.clock.Advance(time.Hour)
		if err := b.Leave(b.ctx, b.staff.ID, "admin-1"); err != nil {
			t.Fatal(err)
		}
		for _, later := range []time.Duration{0, 72 * time.Hour} {
			posts, err := b.PostsOf(b.ctx, b.staff.ID, b.clock.Now().Add(later))
			if err != nil || len(posts) != 0 {
				t.Errorf("%v later: %v, %v", later, posts, err)
			}
		}
		if list, err := b.StaffOf(b.ctx, "350102.cgj"); err != nil || len(list) != 0 {
			t.Errorf("StaffOf = %v, %v", list, err)
		}
		if _, err := b.AddPost(b.ctx, org.Post{Staff: b.staff.ID, Role: org.Caller}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a post for somebody who has left: %v", err)
		}
	})
}

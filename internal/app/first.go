package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"banyan/internal/register/identity"
	"banyan/internal/register/org"
)

// firstLogin makes the administrator of a new store, with a password that is
// shown once. A store that has staff is left alone.
func (a *App) firstLogin(ctx context.Context, now time.Time) error {
	centre, ok := a.City.Orgs.Centre(a.City.Areas.City().Code)
	if !ok {
		return fmt.Errorf("pack %s has no handling centre for the city", a.City.Pack.Ref())
	}
	staff, err := a.Staff.StaffOf(ctx, centre.ID)
	if err != nil || len(staff) > 0 {
		return err
	}
	const login = "admin"
	made, err := a.Staff.AddStaff(ctx, org.Staff{Name: login, Unit: centre.ID, Account: login, Active: true})
	if err != nil {
		return fmt.Errorf("make the first login: %w", err)
	}
	if _, err := a.Staff.AddPost(ctx, org.Post{Staff: made.ID, Role: org.Admin, Unit: centre.ID, From: now, GivenBy: "system"}); err != nil {
		return fmt.Errorf("make the first post: %w", err)
	}
	password := rand.Text()
	if _, err := a.Identity.AddStaffAccount(ctx, identity.NewStaff{StaffID: made.ID, Login: login, Password: password}); err != nil {
		return fmt.Errorf("make the first login: %w", err)
	}
	fmt.Fprintf(a.Out, "first login: %s, password %s (shown once; change it and enrol a second factor)\n", login, password)
	return nil
}

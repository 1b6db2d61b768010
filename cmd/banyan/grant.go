package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"banyan/internal/app"
	"banyan/internal/register/grant"
)

func runGrantGive(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("grant give", progress)
	var n grant.Giving
	var uses, fields, cases words
	c.StringVar(&n.Holder, "to", "", "`id` of a key or a member of staff, or unit:ID")
	c.StringVar(&n.Purpose, "purpose", "", "`id` of a purpose of the city's register")
	c.StringVar(&n.Law, "law", "", "the `rule` it rests on, with its article; the people concerned read it")
	c.StringVar(&n.Reason, "reason", "", "what it is needed `for`")
	c.Var(&uses, "use", "what it may be used for: "+strings.Join(grant.GivenUses(), ", "))
	c.Var(&fields, "field", "what may be seen: "+strings.Join(grant.GivenFields(), ", "))
	c.Var(&cases, "case", "`id` of a case or request, when it is for these alone")
	c.IntVar(&n.Daily, "daily", 500, "most looks at people a day")
	days := c.Int("days", 90, fmt.Sprintf("how many days it holds, %d at most", grant.MostDays))
	area := c.String("area", "", "`code` of the area; without it that of the key or the unit")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	n.Uses, n.Fields, n.Cases = uses, fields, cases
	n.Until = time.Now().AddDate(0, 0, *days)
	g, err := app.GiveGrant(ctx, c.config(), n, *area)
	if err != nil {
		return plainly(err)
	}
	fmt.Fprintf(progress, "%s may see %s for %s until %s, %d looks a day\n", g.Holder, strings.Join(g.Fields, ", "), strings.Join(g.Uses, ", "), g.Until.Format(time.DateOnly), g.Daily)
	fmt.Fprintln(out, g.ID)
	return nil
}

func runGrantList(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("grant list", progress)
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	list, err := app.Grants(ctx, c.config())
	if err != nil {
		return err
	}
	for _, g := range list {
		state := "holds"
		if !g.Holds(time.Now()) {
			state = "ended"
		}
		fmt.Fprintf(out, "%s  %-6s %-32s %-12s %s  %s  until %s  %d a day  %s\n", g.ID, state, g.Holder, g.Area, strings.Join(g.Uses, ","), strings.Join(g.Fields, ","),
			g.Until.Format(time.DateOnly), g.Daily, g.Law)
	}
	return nil
}

func runGrantEnd(ctx context.Context, args []string, _, progress io.Writer) error {
	c := flags("grant end", progress)
	ids, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	return plainly(app.EndGrant(ctx, c.config(), ids[0]))
}

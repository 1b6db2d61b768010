package app

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
)

// Level is how bad a finding is.
type Level string

// The levels. Wrong makes doctor fail; a warning does not.
const (
	Well  Level = "ok"
	Warn  Level = "warn"
	Wrong Level = "wrong"
)

// Finding is one thing that doctor looked at.
type Finding struct {
	What  string `json:"what"`
	Level Level  `json:"level"`
	Say   string `json:"say,omitempty"` // what was found
	Do    string `json:"do,omitempty"`  // what to do about it
}

func well(say string) Finding        { return Finding{Level: Well, Say: say} }
func warn(say, do string) Finding    { return Finding{Level: Warn, Say: say, Do: do} }
func wrongly(say, do string) Finding { return Finding{Level: Wrong, Say: say, Do: do} }

// check is one look at something. What it looks at is the finding's name; an error of the look is a finding, too.
type check[T any] struct {
	what string
	look func(ctx context.Context, of T) (Finding, error)
	last bool // nothing behind it can be looked at when it is wrong
}

// Doctor looks at a data folder and its store and says what is wrong and what to do about it. It changes
// nothing, not even the schema, and may run beside servers. A store with a million cases takes minutes; c.Out
// hears how far it is.
func Doctor(ctx context.Context, c Config) ([]Finding, error) {
	c = c.withDefaults()
	found, on := examine(ctx, nil, folderChecks(), c)
	if !on {
		return found, nil
	}
	d, err := db.Open(ctx, c.dsn(), db.Options{})
	if err != nil {
		return append(found, named("database", wrongly(err.Error(), "start the database server, or mend the address"))), nil
	}
	defer d.Close() //nolint:errcheck // only read
	if found, on = examine(ctx, found, databaseChecks(c), d); !on {
		return found, nil
	}
	a, err := Open(ctx, c)
	if err != nil {
		return append(found, named("store and pack", wrongly(err.Error(), "see what it says"))), nil
	}
	defer a.Close() //nolint:errcheck // only read
	found = append(found, named("store and pack", well(a.City.Pack.Ref())))
	found, _ = examine(ctx, found, houseChecks(), &exam{App: a})
	return found, ctx.Err()
}

func named(what string, f Finding) Finding {
	f.What = what
	return f
}

// examine makes every check and tells whether one goes on behind them.
func examine[T any](ctx context.Context, found []Finding, checks []check[T], of T) ([]Finding, bool) {
	for _, c := range checks {
		f, err := c.look(ctx, of)
		if err != nil {
			f = wrongly(fmt.Sprintf("could not be looked at: %v", err), f.Do)
		}
		found = append(found, named(c.what, f))
		if c.last && f.Level == Wrong {
			return found, false
		}
	}
	return found, true
}

// folderChecks look at the data folder alone.
func folderChecks() []check[Config] {
	return []check[Config]{
		{"settings", lookSettings, true},
		{"key", lookKey, false},
		{"folder", lookFolder, false},
		{"disk", lookDisk, false},
		{"restore", lookUnfinished, true},
	}
}

// databaseChecks look at the store before it is opened by the house.
func databaseChecks(c Config) []check[*db.DB] {
	return []check[*db.DB]{
		{"database", lookEngine, false},
		{"clock", lookClock, false},
		{"schema", lookSchema, true},
		{"store integrity", c.lookIntegrity, false},
	}
}

// houseChecks look at what the store holds. Others add theirs by a line.
func houseChecks() []check[*exam] {
	return []check[*exam]{
		{"journals rebuild the cases", lookJournals, false},
		{"case lists", lookIndexes, false},
		{"facts", lookFacts, false},
		{"packs", lookPacks, false},
		{"due times", lookProvisional, false},
		{"requests", lookRequests, false},
		{"attachments", lookAttachments, false},
		{"reactions", lookReactions, false},
		{"waiting reactions", lookWaiting, false},
		{"trail", lookTrail, false},
		{"purposes", lookPurposes, false},
		{"messages", lookMessages, false},
		{"backup", lookBackup, false},
	}
}

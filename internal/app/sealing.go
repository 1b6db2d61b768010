package app

import (
	"context"
	"errors"
)

// sealOlder seals what stands in the store from before texts were sealed, and brings blind indexes to the suite of the settings. A store that has been through it costs a look into
// empty indexes.
func (a *App) sealOlder(ctx context.Context) error {
	people, errPeople := a.People.SealOlder(ctx)
	requests, errRequests := a.Requests.SealOlder(ctx)
	indexes, errIndexes := a.People.Reindex(ctx)
	if indexes > 0 {
		a.Log.InfoContext(ctx, "people are found by the suite of the settings", "indexes", indexes)
	}
	if people+requests > 0 {
		a.Log.InfoContext(ctx, "what was kept in the clear is sealed", "people", people, "requests", requests)
	}
	return errors.Join(errPeople, errRequests, errIndexes)
}

// SealOlder seals what stands in a store from before texts were sealed, at once.
func SealOlder(ctx context.Context, c Config) error {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(a.sealOlder(ctx), a.Close())
}

// RotateKeys makes a new master key and wraps every person's key anew by the suite of the settings, to which blind indexes are brought, too,
// while servers go on. It tells how many keys.
func RotateKeys(ctx context.Context, c Config) (int, error) {
	a, err := Open(ctx, c)
	if err != nil {
		return 0, err
	}
	n, err := a.People.Vault().Rotate(ctx, a.DB)
	if err == nil {
		_, err = a.People.Reindex(ctx)
	}
	return n, errors.Join(err, a.Close())
}

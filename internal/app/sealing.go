package app

import (
	"context"
	"errors"
)

// sealOlder seals what stands in the store from before texts were sealed. A store that has been through it costs a look into
// empty indexes.
func (a *App) sealOlder(ctx context.Context) error {
	people, errPeople := a.People.SealOlder(ctx)
	requests, errRequests := a.Requests.SealOlder(ctx)
	if people+requests > 0 {
		a.Log.InfoContext(ctx, "what was kept in the clear is sealed", "people", people, "requests", requests)
	}
	return errors.Join(errPeople, errRequests)
}

// SealOlder seals what stands in a store from before texts were sealed, at once.
func SealOlder(ctx context.Context, c Config) error {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(a.sealOlder(ctx), a.Close())
}

// RotateKeys makes a new master key and wraps every person's key anew, while servers go on. It tells how many.
func RotateKeys(ctx context.Context, c Config) (int, error) {
	a, err := Open(ctx, c)
	if err != nil {
		return 0, err
	}
	n, err := a.People.Vault().Rotate(ctx, a.DB)
	return n, errors.Join(err, a.Close())
}

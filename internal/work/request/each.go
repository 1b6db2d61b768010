package request

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
)

// Place is where a request stands: ids alone.
type Place struct{ ID, Number, CaseID string }

// PlacesAfter gives up to limit requests behind an id, by id: for whoever goes through all of them.
func (s *Service) PlacesAfter(ctx context.Context, id string, limit int) (places []Place, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		places, err = selectPlaces(tx, id, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("go through the requests: %w", err)
	}
	return places, nil
}

// PhotosAfter gives up to limit photos behind a request's id, whole requests only, with the request as key.
func (s *Service) PhotosAfter(ctx context.Context, id string, limit int) (photos []Photo, last string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		photos, last, err = selectPhotosAfter(tx, id, limit)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("go through the photos: %w", err)
	}
	return photos, last, nil
}

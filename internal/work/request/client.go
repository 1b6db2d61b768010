package request

import (
	"fmt"

	"banyan/internal/platform/db"
)

// OnUpdate is the occasion of a remark that came through another system, between the steps of a case.
const OnUpdate = "update"

// PhotoKeys gives the blob keys of a request's photos in their order. A key shows nothing by itself: whoever gives the
// picture out asks who may see it.
func (s *Service) PhotoKeys(tx *db.Tx, id string) ([]string, error) {
	keys, err := selectPhotoKeys(tx, id)
	if err != nil {
		return nil, fmt.Errorf("read the photo keys of request %s: %w", id, err)
	}
	return keys, nil
}

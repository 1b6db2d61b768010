package request

import (
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// FilesOf gives the stored files of everything some persons said or began to say.
func (s *Service) FilesOf(tx *db.Tx, persons ...string) (keys []string, err error) {
	for _, p := range persons {
		some, err := selectFiles(tx, p)
		if err != nil {
			return nil, fmt.Errorf("list the files of person %s: %w", p, err)
		}
		keys = append(keys, some...)
	}
	return keys, nil
}

// EraseTx takes out what is not sealed of all that some persons said: the place, the photos, drafts, and the consent to publish, which
// says request.ConsentWithdrawn. Words, address and headline are left sealed: the caller destroys the persons' keys in this
// transaction. Number, kind, area and times stay, for the case is a public record. It gives the ids of the requests.
func (s *Service) EraseTx(tx *db.Tx, persons ...string) (ids []string, err error) {
	by := access.Program("erasure")
	for _, p := range persons {
		heads, err := s.OfPersonTx(tx, p)
		if err != nil {
			return nil, err
		}
		for _, h := range heads {
			if h.Publish {
				if err := s.keepChoice(tx, by, h, false); err != nil {
					return nil, err
				}
			}
			ids = append(ids, h.ID)
		}
		if err := erase(tx, p); err != nil {
			return nil, fmt.Errorf("erase what person %s said: %w", p, err)
		}
	}
	return ids, nil
}

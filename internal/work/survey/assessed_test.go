package survey_test

import (
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/consent"
)

// No survey begins while no approved assessment of surveys holds; it waits, and begins when one does.
func TestNoSurveyBeginsUnassessed(t *testing.T) {
	each(t, func(h *house) {
		v := h.proposed()
		holds := func(until int64) {
			h.Write(func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE consent_assessment SET until_at = $1 WHERE purpose = $2`, until, consent.ForSurvey)
				return err
			})
		}
		holds(1)
		h.refused("unassessed", h.Surveys.Approve(t.Context(), h.chief, v.ID), fault.Forbidden, consent.NotAssessed)
		holds(h.Clock.Now().AddDate(1, 0, 0).UnixMilli())
		h.Must(h.Surveys.Approve(t.Context(), h.chief, v.ID))
	})
}

package frontline_test

import (
	"fmt"
	"testing"
	"time"

	"banyan/internal/work/worktest"
)

// A community's list has room for its own cases, however many the rest of the subdistrict has that are due sooner.
func TestCasesOfOthersTakeNoRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := worktest.Lamp()
	for i := range 201 { // a page of others stands before it
		in.Area, in.ClientID, in.Point.Lat, in.Point.Lon = "350102004", fmt.Sprintf("elsewhere-%03d", i), 0, 0
		w.Receive(in)
	}
	w.Clock.Advance(24 * time.Hour)
	own := w.File(w.Receive(worktest.Lamp()).CaseID)
	w.Get("grid", "/calls").Want(200).Has(".row", 1).Has(".row[href='/cases/"+own.Case.ID+"']", 1)
}

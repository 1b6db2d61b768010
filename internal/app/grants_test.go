package app

import "testing"

// What standing grants rest on is a purpose that the city tells people of.
func TestStandingGrantsRestOnPurposes(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, id := range h.Grants.Purposes() {
		if _, ok := h.City.Purposes.Get(id); !ok {
			t.Errorf("the pack has no purpose %s", id)
		}
	}
	if _, ok := h.City.Purposes.Get(handlingPurpose); !ok {
		t.Errorf("the pack has no purpose %s", handlingPurpose)
	}
}

package grant

import "testing"

// A slip of the pen in the file is found before anybody is refused.
func TestStandingFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"- {id: x, kinds: [staff], uses: [handling], purpose: handling, role: [handler]}",
		"- {id: x, kinds: [staf], uses: [handling], purpose: handling}",
		"- {id: x, kinds: [staff], roles: [handlr], uses: [handling], purpose: handling}",
		"- {id: x, kinds: [staff], uses: [handlin], purpose: handling}",
		"- {id: x, kinds: [staff], uses: [handling], fields: [fone], purpose: handling}",
		"- {id: x, kinds: [staff], uses: [handling]}",
		"- {id: x, kinds: [staff], uses: [handling], purpose: handling}\n- {id: x, kinds: [staff], uses: [call], purpose: handling}",
	} {
		if _, err := loadStanding(text); err == nil {
			t.Errorf("taken: %s", text)
		}
	}
	list, err := loadStanding(standingFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		if len(one.ID) == 26 {
			t.Errorf("%s: 26 signs are ids of grants that were given", one.ID)
		}
	}
}

package live

import (
	"net/http/httptest"
	"slices"
	"testing"
)

// FuzzTopics holds that what one browser may listen to stays small and without repeats.
func FuzzTopics(f *testing.F) {
	for _, s := range []string{"topics=a,b,a", "topics=%00", "topics=a&topics=b", "topics=,,,", "%zz", "topics=a;b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/live", nil)
		r.URL.RawQuery = query
		topics := Topics(r)
		sorted := slices.Sorted(slices.Values(topics))
		if len(topics) > maxTopics || len(slices.Compact(sorted)) != len(topics) {
			t.Fatalf("%q gives %d topics: %q", query, len(topics), topics)
		}
		for _, topic := range topics {
			if topic == "" || len(topic) > 80 {
				t.Fatalf("%q gives the topic %q", query, topic)
			}
		}
	})
}

package police

import (
	"testing"

	"banyan/internal/register/person"
	"banyan/internal/scenario/channel"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"J1","urgent":true,"name":"张三","phone":"13900000001","words":"井盖没了","lat":26.1,"lon":119.3}`))
	f.Add([]byte(`{"id":"J1","phone":"x","words":"ab"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := read(body)
		if err != nil {
			return
		}
		if in.ID == "" || channel.Clean(in.Words) != in.Words || in.Phone+in.Name != "" && (person.Contact{Name: in.Name, Phone: in.Phone}).Check() != nil {
			t.Errorf("%+v", in)
		}
	})
}

package police

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/person"
	"banyan/internal/scenario/channel"
	"banyan/internal/work/request"
)

// Settings are what the two platforms have agreed on. Secret signs both ways.
type Settings struct {
	Secret string `yaml:"secret"` // without it nothing comes in
	URL    string `yaml:"url"`    // where transfers to 110 go; without it there are none
}

// Room hands over and takes over.
type Room struct {
	*channel.Desk
	Settings
	Policy *access.Policy
	Areas  *area.Register
	Client *http.Client // nil: the default one
}

// name of the channel in the pack.
const name = "110"

// bodyMost is how large one transfer may be, in bytes.
const bodyMost = 128 << 10

// incoming is a matter as the police platform hands it over.
type incoming struct {
	ID      string  `json:"id"` // theirs
	Urgent  bool    `json:"urgent"`
	Name    string  `json:"name"`
	Phone   string  `json:"phone"`
	Words   string  `json:"words"`
	Address string  `json:"address"`
	Area    string  `json:"area"` // code
	Lat     float64 `json:"lat"`
	Lon     float64 `json:"lon"`
}

// taken is the answer to it.
type taken struct {
	ID       string `json:"id"`     // theirs
	Number   string `json:"number"` // ours
	Repeated bool   `json:"repeated"`
}

// In takes over a matter from 110: POST /gateway/110.
func (r *Room) In(w http.ResponseWriter, q *http.Request) error {
	body, err := channel.Body(q, bodyMost)
	if err != nil {
		return err
	}
	if !channel.Signed(q, r.Secret, r.Clock.Now(), body) {
		return channel.Unsigned()
	}
	in, err := read(body)
	if err != nil {
		return err
	}
	var got request.Receipt
	err = r.DB.Write(q.Context(), func(tx *db.Tx) (err error) {
		got, err = r.take(tx, in)
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(taken{ID: in.ID, Number: got.Number, Repeated: got.Repeated})
}

// read decodes a matter and puts what cannot be kept as it is into the words: nothing of it is lost.
func read(body []byte) (incoming, error) {
	var in incoming
	d := json.NewDecoder(bytes.NewReader(body))
	err := d.Decode(&in)
	if _, more := d.Token(); err == nil && !errors.Is(more, io.EOF) {
		err = errors.New("something stands behind the JSON")
	}
	if err != nil {
		return in, fault.New(fault.Invalid, "channel.malformed").Wrap(err)
	}
	in.Words, in.Address = channel.Clean(in.Words), channel.Clean(strings.Join(strings.Fields(in.Address), " "))
	in.Name, in.Phone = strings.Join(strings.Fields(channel.Clean(in.Name)), " "), channel.Clean(in.Phone)
	if len(in.ID) < 1 || len(in.ID) > 200 {
		return in, fault.Field("id", "channel.malformed")
	}
	if (person.Contact{Name: in.Name, Phone: in.Phone}).Check() != nil {
		in.Words = strings.TrimSpace(in.Words + "\n" + strings.TrimSpace(in.Name+" "+in.Phone))
		in.Name, in.Phone = "", ""
	}
	if len([]rune(in.Words)) < request.WordsLeast {
		return in, fault.Field("words", "request.words_short", "least", request.WordsLeast)
	}
	return in, nil
}

func (r *Room) take(tx *db.Tx, in incoming) (request.Receipt, error) {
	who, err := "", error(nil)
	if in.Phone != "" {
		if who, err = r.People.Ensure(tx, person.Contact{Name: in.Name, Phone: in.Phone}); err != nil {
			return request.Receipt{}, err
		}
	}
	s := channel.Spoken{ID: in.ID, Channel: name, Person: who, Words: in.Words, Address: in.Address, Language: i18n.ZhHans, Urgent: in.Urgent}
	if p := (geo.Point{Lat: in.Lat, Lon: in.Lon}); p.Valid() {
		s.Point = p
	}
	if _, known := r.Areas.Get(in.Area); known {
		s.Area = in.Area
	}
	got, err := r.Receive(tx, s)
	if err != nil || got.Repeated || who == "" {
		return got, err
	}
	return got, r.Outbox.Send(tx, notify.Message{
		Key: "answer:" + channel.ClientID(name, in.ID), To: "person:" + who, Channel: notify.SMS, Template: "channel.from_police", Args: []any{"Number", got.Number},
	})
}

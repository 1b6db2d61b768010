package api

import (
	"context"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
)

// Paging is how a list is read in pages: what comes behind after, at most limit of it.
type Paging struct {
	After string `query:"after" maxLength:"200" doc:"next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// More is where the next page begins.
type More struct {
	Next string `json:"next,omitempty" doc:"Send it as after to read on; not there on the last page."`
}

// link is the Link header to the page behind a cursor, or nothing.
func link(ctx context.Context, cursor string) string {
	if cursor == "" {
		return ""
	}
	p := web.PageIn(ctx)
	query, err := url.ParseQuery(p.Query)
	if err != nil {
		return "" // it was read before
	}
	query.Set("after", cursor)
	return "<" + p.Path + "?" + query.Encode() + `>; rel="next"`
}

// place is where a page ends: an instant and an id behind it. list keeps cursors of one order out of another.
type place struct {
	list string
	at   time.Time
	id   string
}

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.list + " " + strconv.FormatInt(clock.Ms(p.at), 10) + " " + p.id))
}

// placeOf reads a cursor of a list; an empty one is the beginning.
func placeOf(list, cursor string) (place, error) {
	if cursor == "" {
		return place{list: list}, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.Split(string(text), " ")
	wrong := fault.Field("after", "api.cursor")
	if err != nil || len(parts) != 3 || parts[0] != list || parts[2] == "" {
		return place{}, wrong
	}
	ms, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || strings.ContainsFunc(parts[2], func(c rune) bool { return c < ' ' || c > '~' }) {
		return place{}, wrong
	}
	return place{list: list, at: clock.FromMs(ms), id: parts[2]}, nil
}

// cut gives one page of a list that is in memory, ordered as it stands; key is each row's own id.
func cut[T any](list []T, p Paging, name string, key func(T) string) (page []T, cursor string, err error) {
	at, err := placeOf(name, p.After)
	if err != nil {
		return nil, "", err
	}
	begin := 0
	if at.id != "" {
		begin = len(list)
		for i, row := range list {
			if key(row) == at.id {
				begin = i + 1
			}
		}
	}
	end := min(begin+p.Limit, len(list))
	if end < len(list) {
		cursor = place{list: name, id: key(list[end-1])}.cursor()
	}
	return list[begin:end], cursor, nil
}

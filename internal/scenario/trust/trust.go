package trust

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/area"
	"banyan/internal/register/consent"
	"banyan/internal/register/grant"
	"banyan/internal/register/org"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// Room holds the handlers; app names their routes.
type Room struct {
	DB       *db.DB
	Clock    clock.Clock
	Tree     *merkle.Log
	Logs     []note.Verifier // whose heads are cosigned
	Title    i18n.Text       // the city's name
	Policy   *access.Policy
	Consents *consent.Service
	Grants   *grant.Service
	Trail    *trail.Log
	Keys     *apikey.Service
	Requests *request.Service
	Areas    *area.Register
	Orgs     *org.Register

	// Keeps is how long a chore of the program keeps what it clears away.
	Keeps func(chore string) time.Duration
	// Name gives the name of a member of staff.
	Name func(ctx context.Context, id string) string
	// Actor gives who acts and in which post.
	Actor func(r *http.Request) (access.Actor, error)
	// Also is the navigation of the other rooms a post may enter.
	Also func(p web.Page, actor access.Actor) []ui.NavGroup
}

// Checkpoint gives the newest signed head of the log.
func (r *Room) Checkpoint(w http.ResponseWriter, q *http.Request) error {
	text, err := r.Tree.Checkpoint(q.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	return plain(w, []byte(text))
}

// Key gives the public keys that heads verify with, one a line. Whoever checks takes them from somewhere else than this server.
func (r *Room) Key(w http.ResponseWriter, q *http.Request) error {
	keys, err := r.Tree.Keys(q.Context())
	if err != nil {
		return err
	}
	return plain(w, []byte(keys+"\n"))
}

// Restart gives the text that joins the log to the one it was before its newest restart.
func (r *Room) Restart(w http.ResponseWriter, q *http.Request) error {
	all, err := r.Tree.Restarts(q.Context())
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "merkle.no_restart")
	}
	if err != nil {
		return err
	}
	return plain(w, []byte(all[len(all)-1].Note))
}

// Tile gives the hashes of a tile; a tile never changes.
func (r *Room) Tile(w http.ResponseWriter, q *http.Request) error {
	hashes, err := r.Tree.Tile(q.Context(), q.PathValue("tile"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err = w.Write(hashes)
	return err
}

// requestMost is what a request for a cosignature may have, in bytes: a proof of 63 hashes and a head.
const requestMost = 16 << 10

// AddCheckpoint cosigns a head of another city's log when it continues what was seen of it.
func (r *Room) AddCheckpoint(w http.ResponseWriter, q *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, q.Body, requestMost))
	if err != nil {
		http.Error(w, merkle.ErrAsked.Error(), http.StatusBadRequest)
		return nil
	}
	line, err := r.Tree.Cosign(q.Context(), r.Logs, body)
	var stale merkle.StaleError
	switch {
	case err == nil:
		return plain(w, line)
	case errors.As(err, &stale):
		w.Header().Set("Content-Type", "text/x.tlog.size")
		w.WriteHeader(http.StatusConflict)
		_, err = io.WriteString(w, strconv.FormatInt(stale.Size, 10)+"\n")
		return err
	case errors.Is(err, merkle.ErrAsked):
		http.Error(w, merkle.ErrAsked.Error(), http.StatusBadRequest)
	case errors.Is(err, merkle.ErrUnsigned):
		http.Error(w, merkle.ErrUnsigned.Error(), http.StatusForbidden)
	case errors.Is(err, merkle.ErrUnknownLog):
		http.Error(w, merkle.ErrUnknownLog.Error(), http.StatusNotFound)
	case errors.Is(err, merkle.ErrForked):
		http.Error(w, merkle.ErrForked.Error(), http.StatusUnprocessableEntity)
	default:
		return err
	}
	return nil
}

// Verify is the page on which a receipt is checked. The reader's browser does it; nothing is sent.
func (r *Room) Verify(w http.ResponseWriter, q *http.Request) error {
	keys, err := r.Tree.Keys(q.Context())
	if err != nil {
		return err
	}
	p := web.PageOf(q)
	return web.Show(w, q, nil, verifyPage(verifyView{
		CitizenView: ui.CitizenView{Page: p, Title: p.T("trust.verify.title"), City: r.Title.In(p.Lang), Back: "/", Scripts: []string{"verify.js"}},
		key:         strings.SplitN(keys, "\n", 2)[0], words: wordsOf(p),
	}))
}

type verifyView struct {
	ui.CitizenView
	key   string
	words string // JSON: what the fields of a row, and the words in them, are called
}

// wordsOf are the reader's words for a row of the trail; what is not among them is shown as it stands in the receipt.
func wordsOf(p web.Page) string {
	words := map[string]string{}
	for _, field := range []string{"id", "at", "person", "kind", "actor", "unit", "purpose", "subject", "fields", "session", "salt", "grant", "log", "place"} {
		words[field] = p.T("trust.row." + field)
	}
	for _, kind := range []access.Kind{access.Staff, access.Partner, access.System, access.Citizen, access.Guest} {
		words[string(kind)] = p.T("trust.kind." + string(kind))
	}
	for _, purpose := range trail.Purposes() {
		words[purpose] = p.T(purpose)
	}
	for _, field := range trail.Fields() {
		words["field."+field] = p.T("trail.field." + field)
	}
	text, err := json.Marshal(words)
	if err != nil {
		panic(err) // texts are always JSON
	}
	return string(text)
}

// outcome is what the page can say about a receipt; the script shows one of them.
type outcome struct{ name, kind string }

func outcomes() []outcome {
	return []outcome{{"proven", "ok"}, {"wrong", "error"}, {"old", "info"}}
}

func plain(w http.ResponseWriter, text []byte) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write(text)
	return err
}

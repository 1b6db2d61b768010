package wechat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/scenario/channel"
	"banyan/internal/work/request"
)

// Spans of what is done afterwards.
const (
	pause      = 10 * time.Minute // without another piece a report counts as finished
	mediaLease = 2 * time.Minute
	mediaWait  = time.Minute
	mediaTries = 5
	mediaBatch = 8
)

// Work does what could not be done within an answer: it fetches pictures, and hands in what is finished.
func (r *Room) Work(ctx context.Context) error {
	return errors.Join(r.fetchAll(ctx), r.handInAll(ctx))
}

func (r *Room) fetchAll(ctx context.Context) error {
	var list []media
	err := r.DB.Write(ctx, func(tx *db.Tx) (err error) {
		now := r.Clock.Now()
		list, err = claimMedia(tx, mediaBatch, now, now.Add(mediaLease))
		return err
	})
	if err != nil {
		return fmt.Errorf("claim pictures: %w", err)
	}
	var failed []error
	for _, m := range list {
		failed = append(failed, r.fetchOne(ctx, m))
	}
	return errors.Join(failed...)
}

// fetchOne fetches a picture into the draft. One that cannot be had is named there, so that the desk can ask for it.
func (r *Room) fetchOne(ctx context.Context, m media) error {
	photo, err := r.store(ctx, m.media)
	var no refusal
	lasting := errors.As(err, &no) && !no.spent() || fault.KindOf(err) == fault.Invalid || m.attempts >= mediaTries
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		if err != nil && !lasting {
			return updateMediaNext(tx, m.id, r.Clock.Now().Add(time.Duration(m.attempts)*mediaWait))
		}
		who, ok, gone := deleteMedia(tx, m.id)
		if gone != nil || !ok {
			return gone
		}
		p := request.Piece{Photo: photo, At: r.Clock.Now()}
		if err != nil {
			lang, lost := r.Language(tx, who)
			if lost != nil {
				return lost
			}
			p.Words = r.words(lang, channel.Answer{Key: "channel.wechat.photo_lost"})
		}
		_, kept := r.Requests.Keep(tx, r.draft(who), p)
		if fault.KindOf(kept) == fault.Conflict && kept != nil {
			return nil // the draft is full; its words are handed in
		}
		return kept
	})
}

func (r *Room) store(ctx context.Context, id string) (request.Photo, error) {
	data, err := r.api.fetch(ctx, id)
	if err != nil {
		return request.Photo{}, err
	}
	ref, _, err := r.Files.Put(ctx, bytes.NewReader(data), channel.FileMost, blob.JPEG, blob.PNG, blob.WebP)
	return request.Photo{Key: ref.Key, Type: ref.Type, Size: ref.Size}, err
}

// handInAll hands in what users have ended and what they have left for a while.
func (r *Room) handInAll(ctx context.Context) error {
	var list []string
	err := r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if list, err = selectEnded(tx, 50); err != nil {
			return err
		}
		left, err := r.Requests.Drafts(tx, name, r.Clock.Now().Add(-pause), 50)
		for _, d := range left {
			list = append(list, d.Person)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look for finished chats: %w", err)
	}
	var failed []error
	for _, who := range list {
		if err := r.handInOne(ctx, who); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// handInOne hands in one draft and sends the number after it.
func (r *Room) handInOne(ctx context.Context, who string) error {
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		waiting, err := countMedia(tx, who)
		if err != nil || waiting > 0 {
			return err
		}
		if n, _, err := r.Requests.Pieces(tx, r.draft(who)); err != nil || n == 0 {
			return errors.Join(err, deleteTalk(tx, who))
		}
		words, err := r.Requests.DraftWords(tx, r.draft(who))
		if err != nil {
			return err
		}
		a, err := r.handIn(tx, who, words)
		if err != nil || a.Key != "channel.receipt" {
			return err
		}
		return r.Outbox.Send(tx, notify.Message{
			Key: "answer:wechat:" + db.NewID(r.Clock.Now()), To: "person:" + who, Channel: notify.WeChat, Template: a.Key, Args: a.Args,
		})
	})
}

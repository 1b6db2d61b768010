package idp

import (
	"errors"
	"time"
)

// Assertion is what a service states about the person who came back from it.
type Assertion struct {
	Issuer  string
	Subject string // pairwise: another city gets another one
	Level   int    // of assurance, 1 to 3
	At      time.Time
}

// ErrRefused is a person who said no at the service.
var ErrRefused = errors.New("idp: the person refused")

// ErrWrong is an answer that proves nothing.
var ErrWrong = errors.New("idp: this proves nothing")

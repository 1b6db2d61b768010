package roomtest

import (
	"net/http"

	"banyan/internal/register/identity"
)

// Site is by what name the browsers of tests know the city: one with passkeys.
func Site(*http.Request) (identity.Site, bool) {
	return identity.Site{Host: "12345.example", Origin: "https://12345.example", Name: "福州市"}, true
}

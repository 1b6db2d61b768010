package connect

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// Sorts of usage of the protocol; the city never asks other systems for a person's data, so two of them have no rows.
const (
	dataRequest        = "DATA_REQUEST"
	dataResponse       = "DATA_RESPONSE"
	dataProcessing     = "DATA_PROCESSING"
	internalProcessing = "INTERNAL_PROCESSING"
)

// usageSystem is the name of this system in answers.
const usageSystem = "Banyan"

// government is the type of every organisation here: the protocol's GOV.
const government = "GOV"

// usageQuery is a question of the protocol.
type usageQuery struct {
	person, asker string
	kinds         []string
	systems       []string
	bulk          bool
	from, until   time.Time
	limit, offset int
}

// Bounds of a page: the protocol's.
const (
	usageLimit = 1000
	usageMost  = 10_000
)

// usageAsked reads a question; wrong says in English, as the protocol is between programs, what is not as it should be.
func usageAsked(q *http.Request) (in usageQuery, wrong string) {
	v := q.URL.Query()
	in = usageQuery{person: v.Get("userCode"), asker: q.Header.Get("X-Road-UserId"), kinds: v["processingType"], systems: v["logSourceSystems"], limit: usageLimit}
	if in.person == "" || in.asker == "" {
		return in, "userCode and the header X-Road-UserId are missing"
	}
	for _, k := range in.kinds {
		if !slices.Contains([]string{dataRequest, dataResponse, dataProcessing, internalProcessing}, k) {
			return in, "there is no such processingType"
		}
	}
	bounds := map[string]struct {
		to          *int
		least, most int
	}{"limit": {&in.limit, 1, usageMost}, "offset": {&in.offset, 0, 1 << 30}}
	for name, b := range bounds {
		if text := v.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < b.least || n > b.most {
				return in, name + " is a number from " + strconv.Itoa(b.least) + " to " + strconv.Itoa(b.most)
			}
			*b.to = n
		}
	}
	for name, to := range map[string]*time.Time{"periodStart": &in.from, "periodEnd": &in.until} {
		if text := v.Get(name); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return in, name + " is a time such as 2026-01-31T10:20:30Z"
			}
			*to = at
		}
	}
	if text := v.Get("includeBulkProcessing"); text != "" {
		bulk, err := strconv.ParseBool(text)
		if err != nil {
			return in, "includeBulkProcessing is true or false"
		}
		in.bulk = bulk
	}
	return in, ""
}

// wants tells whether a row is asked for. What the program does by itself counts as bulk.
func (in usageQuery) wants(kind string, l trail.Look) bool {
	return (len(in.kinds) == 0 || slices.Contains(in.kinds, kind)) && (len(in.systems) == 0 || slices.Contains(in.systems, usageSystem)) &&
		(in.bulk || l.Kind != access.System) && (in.from.IsZero() || !l.At.Before(in.from)) && (in.until.IsZero() || !l.At.After(in.until))
}

type usageOrg struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// usage is one row of the protocol. A row has a target when another system asked, a source when the city itself worked.
type usage struct {
	At           string    `json:"logTime"`
	Purpose      string    `json:"purpose"`
	System       string    `json:"logSourceSystem"`
	Bulk         bool      `json:"bulkProcessing"`
	Basis        string    `json:"legalBasis,omitempty"`
	Consent      string    `json:"consentReference,omitempty"`
	ID           string    `json:"queryId"`
	Group        string    `json:"queryGroupId,omitempty"`
	HiddenReason string    `json:"hiddenReason,omitempty"`
	HiddenUntil  string    `json:"hiddenUntil,omitempty"`
	Org          usageOrg  `json:"initiatorOrg"`
	Target       *usageOrg `json:"target,omitempty"`
	Source       *usageOrg `json:"source,omitempty"`
}

// usageAnswer is the answer of the protocol.
type usageAnswer struct {
	Total     int     `json:"totalUsages"`
	Returned  int     `json:"returnedUsages"`
	Responses []usage `json:"dataResponses"`
	Internal  []usage `json:"internalProcessings"`
}

func (a *usageAnswer) add(kind string, one usage, city usageOrg) {
	a.Returned++
	if kind == dataResponse {
		one.Target = &city
		a.Responses = append(a.Responses, one)
		return
	}
	one.Source = &city
	a.Internal = append(a.Internal, one)
}

type usageError struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
}

func usageRefused(w http.ResponseWriter, status int, message string) error {
	return web.JSON(w, status, usageError{Code: strconv.Itoa(status), Message: message})
}

package access

import (
	"bytes"
	"io/fs"

	"github.com/cedar-policy/cedar-go/types"
)

// Asked is one question in Cedar's own JSON (https://docs.cedarpolicy.com/auth/entities-syntax.html), for another engine of Cedar to answer.
type Asked struct {
	Principal types.EntityUID `json:"principal"`
	Action    types.EntityUID `json:"action"`
	Resource  types.EntityUID `json:"resource"`
	Entities  types.EntityMap `json:"entities"`
}

// Ask gives a question as May asks it.
func Ask(actor Actor, action string, res Resource) Asked {
	w := worldOf(questionOf(actor, action, res))
	return Asked{Principal: w.request.Principal, Action: w.request.Action, Resource: w.request.Resource, Entities: w.entities}
}

// Policies gives the text of all policies.
func Policies() (string, error) {
	paths, err := fs.Glob(files, "policies/*.cedar")
	var all bytes.Buffer
	for _, path := range paths {
		text, err := files.ReadFile(path)
		if err != nil {
			return "", err
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	return all.String(), err
}

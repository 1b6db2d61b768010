package arch

import "strings"

// floors, from the top. An import may go to a lower floor only.
func floors() []string {
	return []string{"cmd", "app", "scenario", "work", "register", "platform"}
}

// room is where a package stands: its floor and its place there.
type room struct {
	floor string // one of floors, or "web", "packs", "arch", "test", or "" for anything else
	name  string // "platform/db": all packages of a folder are one room
}

// roomOf places a folder, given from the module's root.
func roomOf(dir string) room {
	parts := strings.Split(strings.TrimPrefix(dir, "internal/"), "/")
	switch parts[0] {
	case "scenario", "work", "register", "platform":
		if len(parts) > 1 {
			return room{parts[0], parts[0] + "/" + parts[1]}
		}
		return room{parts[0], parts[0]}
	case "cmd", "app", "web", "packs", "arch", "test":
		return room{parts[0], parts[0]}
	}
	return room{"", parts[0]}
}

// level counts floors from the top; -1 is no floor.
func level(floor string) int {
	for i, f := range floors() {
		if f == floor {
			return i
		}
	}
	return -1
}

// owner is the first part of the room's table names.
func (r room) owner() string {
	_, name, _ := strings.Cut(r.name, "/")
	return name
}

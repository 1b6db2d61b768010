package fault

// Refused tells whether err means that a change was surely not made because it may not be: Invalid, Forbidden or
// Conflict. What was stored for the change can be deleted then. After any other error the change may yet have been
// made, as when the answer to a commit was lost; what belongs to nothing is found later by the sweep of files.
func Refused(err error) bool {
	switch KindOf(err) {
	case Invalid, Forbidden, Conflict:
		return true
	default:
		return false
	}
}

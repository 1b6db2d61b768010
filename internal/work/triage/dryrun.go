package triage

// Move is a message whose first candidate would be another under a changed list.
type Move struct {
	ID     string // Input.ID
	Before Candidate
	After  Candidate
}

// DryRun weighs the inputs under two lists with the classifier and precedents in use, and gives what
// would move: another duty or another lead unit, in the order of the inputs. It changes nothing.
func (s *Service) DryRun(before, after *Lists, inputs []Input) []Move {
	s.mu.Lock()
	model, precedents := s.model, s.precedents
	s.mu.Unlock()
	a, b := NewSuggester(before, model, precedents), NewSuggester(after, model, precedents)
	var moves []Move
	for _, in := range inputs {
		was, now := a.Suggest(in).Best(), b.Suggest(in).Best()
		if was.Duty != now.Duty || was.Lead != now.Lead {
			moves = append(moves, Move{in.ID, was, now})
		}
	}
	return moves
}

package identity

// Forget empties the memory of sessions: the next Lookup of each asks the store. Another process has ended one.
func (s *Service) Forget() { s.cache.clear() }

// forget does so here and has the other processes told.
func (s *Service) forget() {
	s.cache.clear()
	if s.Ended != nil {
		s.Ended()
	}
}

package app

import "banyan/internal/platform/web"

// routes is the site map.
func (a *App) routes(s *web.Server) error {
	return nil
}

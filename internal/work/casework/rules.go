package casework

import "banyan/internal/platform/pack"

// LoadRules reads casework.yaml of a pack. Unknown settings and numbers below
// zero come back as pack.Problems.
func LoadRules(p *pack.Pack) (Rules, error) {
	r, err := pack.Object[Rules](p, "casework")
	ps := pack.AsProblems(err)
	wrong := func(bad bool, field, what string) {
		if bad && err == nil {
			ps = append(ps, pack.Problem{File: p.Name + "/casework.yaml", Field: field, What: what})
		}
	}
	wrong(r.NumberPrefix == "", "number_prefix", "is missing")
	wrong(r.DefaultProfile == "", "default_profile", "is missing")
	wrong(r.UrgentProfile == "", "urgent_profile", "is missing")
	wrong(r.ReturnsMax < 0, "returns_max", "is below 0")
	wrong(r.ReworksMax < 0, "reworks_max", "is below 0")
	wrong(r.FollowUpAttempts < 1, "followup_attempts", "is below 1: a case could be closed without anybody trying")
	wrong(r.PublishAfter != "closed" && r.PublishAfter != "replied", "publish_after", "is neither closed nor replied")
	return r, ps.Err()
}

package app

import (
	"slices"
	"testing"

	"banyan/internal/work/casework"
)

func TestTold(t *testing.T) {
	t.Parallel()
	all, came := []string{"r1", "r2"}, []string{"r2"}
	for _, tt := range []struct {
		name   string
		action casework.Action
		state  casework.State
		want   casework.State
		who    []string
	}{
		{"a reply reaches everybody", casework.ActReply, casework.Replied, casework.Replied, all},
		{"out of scope is a decline", casework.ActDecide, casework.Declined, casework.Declined, all},
		{"an extension is nobody's news", casework.ActDecide, casework.Working, casework.Working, nil},
		{"who joins early hears with the others", casework.ActJoin, casework.Working, casework.Working, nil},
		{"who comes after the reply hears of it", casework.ActJoin, casework.Replied, casework.Replied, came},
		{"also while the centre asks", casework.ActJoin, casework.FollowingUp, casework.Replied, came},
		{"a follow-up that said no", casework.ActFollowUp, casework.Contested, casework.Contested, nil},
		{"a follow-up that said yes", casework.ActFollowUp, casework.Closed, casework.Closed, all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			state, who := told(casework.Happened{Action: tt.action, State: tt.state, Requests: all, Joined: came})
			if state != tt.want || !slices.Equal(who, tt.who) {
				t.Errorf("%s to %v, want %s to %v", state, who, tt.want, tt.who)
			}
		})
	}
}

package fact

// OnBehind calls do when a reaction has found a full batch, so that more may wait: app asks the other processes to help.
// Call it before Start.
func (l *Log) OnBehind(do func(reaction string)) { l.behind = do }

// Nudge lets a reaction look for facts at once; an unknown name changes nothing.
func (l *Log) Nudge(reaction string) {
	for _, r := range l.reactions {
		if r.Name == reaction {
			r.nudge()
		}
	}
}

// NudgeAll lets every reaction look for facts at once.
func (l *Log) NudgeAll() {
	for _, r := range l.reactions {
		r.nudge()
	}
}

// Wait waits until every reaction has finished what it had begun when the context of Start ended.
func (l *Log) Wait() { l.running.Wait() }

package merkle

// StateKey is the key of SM2, for tests without a store.
func StateKey(l *Log) string { return l.now.Load().public[1] }

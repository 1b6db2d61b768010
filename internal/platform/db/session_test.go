package db

import "testing"

// A number bound to a bare LIMIT would have SQLite plan the statement anew at every call; any other LIMIT stays.
func TestSteady(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"SELECT a FROM t WHERE b = $1 ORDER BY a LIMIT $12":                     "SELECT a FROM t WHERE b = $1 ORDER BY a LIMIT $12+0",
		"DELETE FROM t WHERE a IN (SELECT a FROM t LIMIT $2) AND b = $1":        "DELETE FROM t WHERE a IN (SELECT a FROM t LIMIT $2+0) AND b = $1",
		"SELECT a FROM t LIMIT 1":                                               "SELECT a FROM t LIMIT 1",
		"SELECT a FROM t_limit WHERE LIMITED = $1 UNION SELECT 'LIMIT' LIMIT 7": "SELECT a FROM t_limit WHERE LIMITED = $1 UNION SELECT 'LIMIT' LIMIT 7",
	} {
		if got := steady(query); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", query, got, want)
		}
	}
}

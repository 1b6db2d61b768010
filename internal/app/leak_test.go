package app

import (
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/leak"
)

// At the keyboard a file that left the house unchanged is known by its digest though no row of it can be read, as of a workbook. One
// byte more and it is not, and a reason is needed all the same.
func TestTheKeyboardKnowsAFileByItsDigest(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); knowsAFile(t, folder(t)) })
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := folder(t)
		c.DB = dbtest.Empty(t, dbtest.Server(t))
		if err := Install(t.Context(), c, fuzhou, false); err != nil {
			t.Fatal(err)
		}
		knowsAFile(t, c)
	})
}

func knowsAFile(t *testing.T, c Config) {
	t.Helper()
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	boss := access.Actor{Kind: access.Staff, ID: "boss", Unit: "3501.12345", Area: a.City.Areas.City().Path, Roles: []string{access.Supervisor}}
	ask := leak.CopyAsk{Purpose: "路灯维修户回访", Recipient: "鼓楼区民政局", Until: a.Clock.Now().AddDate(0, 0, 9).Format(time.DateOnly), Format: "xlsx"}
	workbook := []byte("PK\x03\x04\x00\xff")
	rows := []leak.CopyRow{{Number: "FZ26112500000000", Opened: a.Clock.Now(), Person: "p1"}}
	if _, _, err = a.Leak.MakeCopy(t.Context(), boss, ask, rows, func(leak.Copy, []leak.CopyRow) ([]byte, error) { return workbook, nil }); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		reason string
		file   []byte
		wrong  string // the fields that are refused
	}{
		"the very file": {"名单出现在微信群", workbook, ""},
		"one byte more": {"名单出现在微信群", append([]byte("P"), workbook...), "text"},
		"no reason":     {"", workbook, "reason text"},
	} {
		got, err := TraceLeak(t.Context(), c, leak.Ask{Reason: tt.reason, Source: leak.File, Text: string(tt.file)}, tt.file)
		var wrong []string
		for _, f := range fault.FieldsOf(err) {
			wrong = append(wrong, f.Field)
		}
		if strings.Join(wrong, " ") != tt.wrong || (err != nil) != (tt.wrong != "") {
			t.Errorf("%s: %v", name, err)
		}
		if tt.wrong == "" && (len(got.Taken) != 1 || got.Taken[0].What != "list.xlsx → 鼓楼区民政局" || got.Taken[0].Actor != "boss" || got.Called["boss"] != "boss") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

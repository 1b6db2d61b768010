package triage

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/work/triage/classify"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func today() time.Time { return day(2026, 11, 2) }

// smallPack loads testdata/small with some files replaced.
func smallPack(t testing.TB, change map[string]string) *pack.Pack {
	t.Helper()
	files, root := fstest.MapFS{}, filepath.Join("testdata", "small")
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range change {
		files[name] = &fstest.MapFile{Data: []byte(data)}
	}
	p, err := pack.Load(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func listsOf(t testing.TB, p *pack.Pack) *Lists {
	t.Helper()
	l, err := loadLists(p)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func loadLists(p *pack.Pack) (*Lists, error) {
	areas, err := area.New(p)
	if err != nil {
		return nil, err
	}
	units, err := org.New(p, areas)
	if err != nil {
		return nil, err
	}
	duties, err := duty.New(p, areas, units, func(string) bool { return true })
	if err != nil {
		return nil, err
	}
	return NewLists(p, areas, units, duties)
}

func lists(t testing.TB) *Lists { return listsOf(t, smallPack(t, nil)) }

func model(t testing.TB) *classify.Model {
	t.Helper()
	var rows []classify.Example
	for i := range 12 {
		place := string(rune('甲' + i))
		rows = append(rows,
			classify.Example{Label: "城乡建设", Text: place + "小区楼道破旧，道路坑洼，物业不管" + place},
			classify.Example{Label: "劳动和社会保障", Text: place + "公司拖欠工资，社保医保不交，劳动合同" + place})
	}
	m, _, err := classify.Train(t.Context(), rows, classify.Options{Folds: 3})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

package pack

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"banyan/internal/platform/i18n"
)

// Limits that keep a broken or hostile folder from filling the memory.
const (
	maxFile  = 16 << 20
	maxTotal = 64 << 20
	maxFiles = 5000
	maxBases = 16
)

// manifest is pack.yaml.
type manifest struct {
	Name      string    `yaml:"name"`
	Title     i18n.Text `yaml:"title"`
	Version   string    `yaml:"version"`
	Extends   []string  `yaml:"extends"`
	Languages []string  `yaml:"languages"`
}

// Load reads the pack in fsys, and each pack it extends through resolve, base first. A base reached twice is
// read once; a circle is refused. All problems of the manifests and files come back together as Problems.
func Load(fsys fs.FS, resolve func(name string) (fs.FS, error)) (*Pack, error) {
	l := loader{resolve: resolve, state: map[string]int{}}
	top := l.visit("", fsys)
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	p := &Pack{
		Name: top.Name, Version: top.Version, Title: top.Title,
		layers: l.layers, read: map[string]bool{},
	}
	p.Languages = l.layers[len(l.layers)-1].languages
	p.Digest = digest(p.layers)
	return p, nil
}

// loader walks the packs in depth and keeps what it has found.
type loader struct {
	resolve  func(name string) (fs.FS, error)
	state    map[string]int // 1 being read, 2 done
	layers   []layer
	problems Problems
}

// visit reads one pack after its bases. want is the name under which it was asked for, empty for the top.
func (l *loader) visit(want string, fsys fs.FS) manifest {
	files, err := readFiles(fsys)
	if err != nil {
		l.problems.add(want, 0, "", "%v", err)
		return manifest{}
	}
	m, ps := readManifest(want, files["pack.yaml"])
	l.problems = append(l.problems, ps...)
	if len(ps) > 0 {
		return m
	}
	l.state[m.Name] = 1
	languages := slices.Clone(m.Languages)
	for _, base := range m.Extends {
		languages = append(languages, l.base(m.Name, base)...)
	}
	l.state[m.Name] = 2
	slices.Sort(languages)
	languages = slices.Compact(languages)
	l.problems = append(l.problems, checkFiles(m.Name, files)...)
	l.problems = append(l.problems, missingLanguages(m.Name+"/pack.yaml", 0, "title", m.Title, languages)...)
	l.layers = append(l.layers, layer{name: m.Name, languages: languages, files: files})
	return m
}

// base reads a pack another extends and gives the languages it promises.
func (l *loader) base(of, name string) []string {
	file := of + "/pack.yaml"
	switch {
	case l.state[name] == 1:
		l.problems.add(file, 0, "extends", "%s extends itself through %s", name, of)
		return nil
	case l.state[name] == 2:
	case len(l.state) >= maxBases:
		l.problems.add(file, 0, "extends", "more than %d packs in one stack", maxBases)
		return nil
	case l.resolve == nil:
		l.problems.add(file, 0, "extends", "pack %s is not at hand", name)
		return nil
	default:
		fsys, err := l.resolve(name)
		if err != nil {
			l.problems.add(file, 0, "extends", "pack %s: %v", name, err)
			return nil
		}
		l.visit(name, fsys)
	}
	for _, have := range l.layers {
		if have.name == name {
			return have.languages
		}
	}
	return nil
}

func readManifest(want string, data []byte) (manifest, Problems) {
	file := path.Join(want, "pack.yaml")
	var ps Problems
	if data == nil {
		ps.add(file, 0, "", "is missing: a pack is a folder with a pack.yaml")
		return manifest{}, ps
	}
	body, ps := parse(file, data)
	if len(ps) > 0 {
		return manifest{}, ps
	}
	if body == nil {
		ps.add(file, 0, "", "is empty")
		return manifest{}, ps
	}
	var m manifest
	if ps = decode(file, body, &m, nil); len(ps) > 0 {
		return m, ps
	}
	if !regexp.MustCompile(`^[a-z][a-z0-9-]{0,40}$`).MatchString(m.Name) {
		ps.add(file, 0, "name", "%q is not a name of small letters, digits and hyphens", m.Name)
	}
	if !regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{0,40}$`).MatchString(m.Version) {
		ps.add(file, 0, "version", "%q is not a version of letters, digits, dots and hyphens", m.Version)
	}
	if want != "" && m.Name != want {
		ps.add(file, 0, "name", "is %q, but it was asked for as %q", m.Name, want)
	}
	for _, lang := range m.Languages {
		if !slices.Contains([]string{"zh-Hans", "zh-Hant", "en"}, lang) {
			ps.add(file, 0, "languages", "%q is none of zh-Hans, zh-Hant, en", lang)
		}
	}
	return m, ps
}

// readFiles takes every file of the folder but hidden ones into memory, within the limits.
func readFiles(fsys fs.FS) (map[string][]byte, error) {
	files, total := map[string][]byte{}, int64(0)
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := name != "." && strings.HasPrefix(d.Name(), ".")
		if d.IsDir() {
			if hidden {
				return fs.SkipDir
			}
			return nil
		}
		if hidden {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		total += info.Size()
		if !info.Mode().IsRegular() || info.Size() > maxFile || total > maxTotal || len(files) >= maxFiles {
			return fmt.Errorf("%s: not a plain file, or the pack is beyond %d files, %d bytes a file, %d in all",
				name, maxFiles, maxFile, maxTotal)
		}
		files[name], err = fs.ReadFile(fsys, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the folder: %w", err)
	}
	return files, nil
}

func checkFiles(pack string, files map[string][]byte) Problems {
	var ps Problems
	for _, name := range sortedNames(files) {
		if strings.HasSuffix(name, ".yml") {
			ps.add(pack+"/"+name, 0, "", "name it .yaml")
		}
		if isRows(name) && !utf8.Valid(files[name]) {
			ps.add(pack+"/"+name, 0, "", "is not UTF-8")
		}
	}
	return ps
}

func sortedNames(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

package i18n

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

// Catalog holds the messages of all languages. It is safe for use by many readers at once.
type Catalog struct {
	messages map[Lang]map[string]message

	mu      sync.Mutex
	missing map[string]int
}

// Load reads messages/<lang>/*.yaml of fsys: flat files of key: text. A key in two files of one language,
// a broken placeholder or a value that is no text is an error that names the file and the key.
func Load(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{messages: map[Lang]map[string]message{}, missing: map[string]int{}}
	for _, l := range Langs() {
		c.messages[l] = map[string]message{}
		files, err := fs.Glob(fsys, path.Join("messages", string(l), "*.yaml"))
		if err != nil {
			return nil, fmt.Errorf("list messages of %s: %w", l, err)
		}
		for _, file := range files {
			if err := c.read(fsys, file, l); err != nil {
				return nil, fmt.Errorf("messages %s: %w", file, err)
			}
		}
	}
	return c, nil
}

func (c *Catalog) read(fsys fs.FS, file string, l Lang) error {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	texts := map[string]string{}
	if err := yaml.UnmarshalWithOptions(raw, &texts, yaml.Strict()); err != nil {
		return err
	}
	for key, text := range texts {
		if _, taken := c.messages[l][key]; taken {
			return fmt.Errorf("%s: the key stands in two files", key)
		}
		m, err := parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		c.messages[l][key] = m
	}
	return nil
}

// T returns the message key in l with the arguments name, value, … put in; a number is written with
// thousands separators and a Text in l. An unknown key gives "[key]" and is counted (see Missing).
func (c *Catalog) T(l Lang, key string, args ...any) string {
	m, ok := c.messages[l][key]
	if !ok {
		c.count(string(l) + " " + key)
		if m, ok = c.messages[ZhHans][key]; !ok {
			return "[" + key + "]"
		}
	}
	return m.write(l, args)
}

// Has tells whether l has the message key.
func (c *Catalog) Has(l Lang, key string) bool {
	_, ok := c.messages[l][key]
	return ok
}

// Keys lists the keys of l in order.
func (c *Catalog) Keys(l Lang) []string { return slices.Sorted(maps.Keys(c.messages[l])) }

// Args lists the argument names that the message key uses in l, in order, without repeats.
func (c *Catalog) Args(l Lang, key string) []string { return c.messages[l][key].args() }

// Missing lists what was asked for and not found, as "lang key", in order.
func (c *Catalog) Missing() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.missing))
}

// count remembers at most a thousand missing keys: a key is a program's literal, so more is a mistake.
func (c *Catalog) count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.missing) < 1000 {
		c.missing[name]++
	}
}

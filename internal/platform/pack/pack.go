package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"sync"

	"banyan/internal/platform/i18n"
)

// Pack is one city's data with its bases, read into memory; its content never changes after Load.
type Pack struct {
	Name      string
	Version   string
	Title     i18n.Text
	Languages []string // languages every text must have: "zh-Hans", "zh-Hant", "en"
	Digest    string   // hex SHA-256 over names and contents of all files, bases included

	layers []layer // base first
	mu     sync.Mutex
	read   map[string]bool // files some section, object or File call has asked for
}

// layer is one folder of the stack: a base or the pack itself.
type layer struct {
	name      string
	languages []string
	files     map[string][]byte
}

// Ref names the pack and its version in one word, "fuzhou@2026.11": what a case keeps.
func (p *Pack) Ref() string { return p.Name + "@" + p.Version }

// Stack gives the names of the packs it is made of, the base first and the pack itself last.
func (p *Pack) Stack() []string {
	names := make([]string, len(p.layers))
	for i, l := range p.layers {
		names[i] = l.name
	}
	return names
}

// File gives the bytes of one file, such as "map.geojson", from the topmost pack that has it; the error of a
// file that is not there is fs.ErrNotExist.
func (p *Pack) File(name string) ([]byte, error) {
	for i := len(p.layers) - 1; i >= 0; i-- {
		if data, ok := p.layers[i].files[name]; ok {
			p.mark(name)
			return slices.Clone(data), nil
		}
	}
	return nil, fmt.Errorf("file %s of pack %s: %w", name, p.Name, fs.ErrNotExist)
}

// Unread lists the YAML and CSV files nobody has asked for yet: after all checks have run, a misspelt name.
func (p *Pack) Unread() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, l := range p.layers {
		for name := range l.files {
			if name != "pack.yaml" && isRows(name) && !p.read[name] {
				out = append(out, l.name+"/"+name)
			}
		}
	}
	sort.Strings(out)
	return out
}

func (p *Pack) mark(name string) {
	p.mu.Lock()
	p.read[name] = true
	p.mu.Unlock()
}

func isRows(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".csv")
}

// digest hashes names and contents in one order, so that it does not depend on how an archive is packed.
func digest(layers []layer) string {
	h := sha256.New()
	for _, l := range layers {
		for _, name := range sortedNames(l.files) {
			fmt.Fprintf(h, "%s/%s\n%d\n", l.name, name, len(l.files[name]))
			h.Write(l.files[name])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

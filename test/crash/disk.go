package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// disk is a folder as a power cut may leave it. What was synced is there. What was written since may be there, or not, or
// in part; a name that was made, moved or removed is settled only when its folder was synced.
type disk struct {
	root  string
	seen  map[string]*inode // names as the program sees them
	names map[string]*inode // names as they are on the disk
	moved []naming          // changes of names not yet synced, in order
}

// inode is a file or folder.
type inode struct {
	folder bool
	synced []byte
	open   []change // not yet synced, in order
	end    int64    // where a plain write goes on
}

// change is a write, or a truncation when data is nil.
type change struct {
	offset int64
	data   []byte
	end    int // line at which the call was done
}

// naming makes, moves or removes a name in one folder; a nil file removes it.
type naming struct {
	path string
	file *inode
	end  int
}

// newDisk reads a folder whose content counts as synced.
func newDisk(root string) (*disk, error) {
	d := &disk{root: root, seen: map[string]*inode{}, names: map[string]*inode{}}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		i := &inode{folder: e.IsDir()}
		if !i.folder {
			if i.synced, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		d.seen[path], d.names[path] = i, i
		return nil
	})
	return d, err
}

// rebase is the same disk as if it lay at another root.
func (d *disk) rebase(root string) {
	for _, m := range []*map[string]*inode{&d.seen, &d.names} {
		moved := map[string]*inode{}
		for path, i := range *m {
			moved[root+strings.TrimPrefix(path, d.root)] = i
		}
		*m = moved
	}
	d.root = root
}

// play does one call of the program.
func (d *disk) play(c call) error {
	if c.path != d.root && !strings.HasPrefix(c.path, d.root+"/") {
		return nil
	}
	switch c.name {
	case "open", "openat":
		if d.seen[c.path] == nil {
			d.name(c.path, &inode{}, c.end)
		}
	case "mkdir", "mkdirat":
		d.name(c.path, &inode{folder: true}, c.end)
	case "unlink", "unlinkat", "rmdir":
		d.name(c.path, nil, c.end)
	case "rename", "renameat", "renameat2":
		file := d.seen[c.path]
		if file == nil {
			return fmt.Errorf("%s is renamed and not known", c.path)
		}
		d.name(c.to, file, c.end)
		d.name(c.path, nil, c.end)
	default:
		return d.change(c)
	}
	return nil
}

func (d *disk) name(path string, file *inode, end int) {
	d.moved = append(d.moved, naming{path, file, end})
	if file == nil {
		delete(d.seen, path)
		return
	}
	d.seen[path] = file
}

func (d *disk) change(c call) error {
	file := d.seen[c.path]
	if file == nil {
		return fmt.Errorf("%s of %s, which is not known", c.name, c.path)
	}
	switch c.name {
	case "write":
		file.open = append(file.open, change{file.end, c.data, c.end})
		file.end += int64(len(c.data))
	case "pwrite64":
		file.open = append(file.open, change{c.offset, c.data, c.end})
	case "ftruncate":
		file.open = append(file.open, change{c.offset, nil, c.end})
	case "fsync", "fdatasync":
		d.sync(c, file)
	}
	return nil
}

// sync makes durable what was done before the sync began.
func (d *disk) sync(c call, file *inode) {
	if file.folder {
		d.moved = slices.DeleteFunc(d.moved, func(n naming) bool {
			if filepath.Dir(n.path) != c.path || n.end >= c.begin {
				return false
			}
			settle(d.names, n)
			return true
		})
		return
	}
	file.open = slices.DeleteFunc(file.open, func(w change) bool {
		if w.end >= c.begin {
			return false
		}
		file.synced = apply(file.synced, w)
		return true
	})
}

func settle(names map[string]*inode, n naming) {
	if n.file == nil {
		delete(names, n.path)
		return
	}
	names[n.path] = n.file
}

func apply(data []byte, w change) []byte {
	size := w.offset + int64(len(w.data))
	if w.data == nil && size < int64(len(data)) {
		return data[:size:size]
	}
	if size > int64(len(data)) {
		data = append(data, make([]byte, size-int64(len(data)))...)
	}
	copy(data[w.offset:], w.data)
	return data
}

// luck says what becomes of what was not synced.
type luck struct {
	rng  *rand.Rand
	keep int // of ten, so many writes are kept; the others are dropped or torn
}

// cut writes to a folder what a power cut leaves.
func (d *disk) cut(to string, l luck) error {
	names := map[string]*inode{}
	for path, i := range d.names {
		names[path] = i
	}
	for _, n := range d.moved {
		if l.rng.IntN(10) < l.keep {
			settle(names, n)
		}
	}
	var paths []string
	for path := range names {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		if strings.HasSuffix(path, "-shm") {
			continue // memory shared by processes; none is left
		}
		target := to + strings.TrimPrefix(path, d.root)
		if names[path].folder {
			if err := os.MkdirAll(target, 0o700); err != nil {
				return err
			}
			continue
		}
		err := os.WriteFile(target, names[path].after(l), 0o600)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // its folder's name was lost, and with it the file
			return err
		}
	}
	return nil
}

// after is a file's content as a cut may leave it.
func (i *inode) after(l luck) []byte {
	if len(i.open) == 0 {
		return i.synced
	}
	data := slices.Clone(i.synced)
	for _, w := range i.open {
		switch {
		case l.rng.IntN(10) < l.keep:
			data = apply(data, w)
		case w.data != nil && l.rng.IntN(2) == 0:
			data = torn(data, w, l.rng)
		}
	}
	return data
}

// torn applies some sectors of a write and not the others.
func torn(data []byte, w change, rng *rand.Rand) []byte {
	for from := int64(0); from < int64(len(w.data)); {
		to := min((w.offset+from)/sector*sector+sector-w.offset, int64(len(w.data)))
		if rng.IntN(2) == 0 {
			data = apply(data, change{offset: w.offset + from, data: w.data[from:to]})
		}
		from = to
	}
	return data
}

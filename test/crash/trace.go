package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// traced are the system calls that change files or answer clients; strace prints their bytes.
const traced = "openat,open,creat,pwrite64,write,writev,pwritev,fdatasync,fsync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,fallocate"

// tracer is strace before the program: one file for all threads, so that their calls stand in one order.
func tracer(out, sync string) []string {
	args := []string{"strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "8000000", "-e", "trace=" + traced, "-o", out}
	if sync == "lying" {
		args = append(args, "-e", "inject=fsync,fdatasync:retval=0")
	}
	return args
}

// call is one system call of the program. It began at one line of the recording and ended at another.
type call struct {
	name       string
	path, to   string // of a file descriptor or an argument; to is the new name
	data       []byte // written
	offset     int64  // of a write; the new size of a truncation
	create     bool   // an open that may make the file
	begin, end int
}

// readTrace reads a recording. Calls that failed, or never ended, and reads are left out; a call that never ended is kept
// when it writes: its bytes may have reached the disk.
func readTrace(name string) ([]call, int, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	var calls []call
	open := map[string]string{} // thread -> the beginning of its unfinished call
	began := map[string]int{}
	n := 0
	for r := bufio.NewReaderSize(f, 1<<20); ; n++ {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		thread, text, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		text = strings.TrimLeft(text, " ")
		begin := n
		if head, ok := strings.CutSuffix(text, " <unfinished ...>"); ok {
			open[thread], began[thread] = head, n
			continue
		}
		if _, tail, ok := strings.Cut(text, " resumed>"); ok && strings.HasPrefix(text, "<... ") {
			begin, text = began[thread], open[thread]+tail
			delete(open, thread)
		}
		c, ok, err := readCall(text)
		if err != nil {
			return nil, 0, fmt.Errorf("%s:%d: %w", name, n+1, err)
		}
		if ok {
			c.begin, c.end = begin, n
			calls = append(calls, c)
		}
	}
	for thread, text := range open {
		c, ok, err := readCall(text + ") = 0")
		if err == nil && ok && c.data != nil {
			c.begin, c.end = began[thread], n
			calls = append(calls, c)
		}
	}
	return calls, n, nil
}

// readCall reads `name(arguments) = result`. Calls that failed or that were not made say nothing.
func readCall(text string) (c call, ok bool, err error) {
	name, rest, found := strings.Cut(text, "(")
	at := strings.LastIndex(rest, "= ")
	if at < 0 || !found || strings.HasPrefix(text, "+++") || strings.HasPrefix(text, "---") {
		return c, false, nil
	}
	args, result := strings.TrimSuffix(strings.TrimRight(rest[:at], " "), ")"), rest[at+2:]
	if strings.HasPrefix(result, "-1 ") || strings.HasPrefix(result, "? ") || strings.Contains(result, "(INJECTED)") {
		return c, false, nil
	}
	c.name = name
	switch name {
	case "pwrite64":
		return writeCall(c, args, true)
	case "write":
		return writeCall(c, args, false)
	case "fsync", "fdatasync":
		c.path, err = descriptor(args)
		return c, c.path != "", err
	case "ftruncate":
		_, size, _ := strings.Cut(args, ">, ")
		if c.offset, err = strconv.ParseInt(size, 10, 64); err != nil {
			return c, false, fmt.Errorf("ftruncate: %w", err)
		}
		c.path, err = descriptor(args)
		return c, c.path != "", err
	case "openat", "open":
		c.create = strings.Contains(args, "O_CREAT")
		if strings.Contains(args, "O_TRUNC") && c.create {
			return c, false, errors.New("an open that truncates is not simulated")
		}
		c.path, err = descriptor(result) // the path as it is now
		return c, c.create && c.path != "", err
	case "unlink", "unlinkat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "rmdir":
		paths, err := quoted(args)
		if err != nil || len(paths) == 0 {
			return c, false, fmt.Errorf("%s without a path: %w", name, err)
		}
		c.path = paths[0]
		if strings.HasPrefix(name, "rename") && len(paths) > 1 {
			c.to = paths[1]
		}
		return c, true, nil
	default:
		return c, false, fmt.Errorf("%s is not simulated", name)
	}
}

func writeCall(c call, args string, at bool) (call, bool, error) {
	path, err := descriptor(args)
	if err != nil || path == "" {
		return c, false, err
	}
	texts, err := quoted(args[strings.Index(args, ">"):])
	if err != nil || len(texts) != 1 {
		return c, false, fmt.Errorf("%s of %d texts: %w", c.name, len(texts), err)
	}
	c.path, c.data, c.offset = path, []byte(texts[0]), -1
	if at {
		if c.offset, err = strconv.ParseInt(args[strings.LastIndex(args, " ")+1:], 10, 64); err != nil {
			return c, false, fmt.Errorf("pwrite64: %w", err)
		}
	}
	return c, true, nil
}

// descriptor reads the path of `3<…>`; a file that has no name any more gives "".
func descriptor(text string) (string, error) {
	_, rest, ok := strings.Cut(text, "<")
	path, after, closed := strings.Cut(rest, ">")
	if !ok || !closed || strings.HasPrefix(after, "(deleted)") {
		return "", nil
	}
	return unhex(path)
}

// quoted gives the strings among a call's arguments.
func quoted(args string) (texts []string, err error) {
	for _, m := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(args, -1) {
		text, err := unhex(m[1])
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// unhex reads \x2f\x74; what is not written so is taken as it is.
func unhex(text string) (string, error) {
	if !strings.HasPrefix(text, `\x`) {
		return text, nil
	}
	b, err := hex.DecodeString(strings.ReplaceAll(text, `\x`, ""))
	return string(b), err
}

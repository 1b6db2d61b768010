package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// server is one life of the program.
type server struct {
	cmd   *exec.Cmd
	ready chan string // its address, once; closed when it ends before
	gone  chan struct{}
	began time.Time
}

// start begins a life; its log goes to the run's folder. wrap comes before the program: a tracer.
func (p *place) start(wrap ...string) (*server, error) {
	args := append(append(wrap, p.binary, "serve", "--addr", "127.0.0.1:0"), p.store()...)
	log, err := os.OpenFile(filepath.Join(p.dir, "server.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the program holds its own
	s := &server{cmd: exec.Command(args[0], args[1:]...), ready: make(chan string, 1), gone: make(chan struct{}), began: time.Now()}
	s.cmd.Stderr = log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the program: %w", err)
	}
	go func() {
		defer close(s.gone)
		defer close(s.ready)
		said := false
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := regexp.MustCompile(`on (http://[0-9.:]+)$`).FindStringSubmatch(lines.Text()); m != nil && !said {
				s.ready <- m[1]
				said = true
			}
		}
		_ = s.cmd.Wait() // killed, mostly
	}()
	return s, nil
}

// address waits until the program listens.
func (s *server) address(ctx context.Context) (string, error) {
	select {
	case base, ok := <-s.ready:
		if !ok {
			return "", errors.New("the program ended before it listened; see server.log")
		}
		return base, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// kill ends the program and whatever it started as no program can defend itself against.
func (s *server) kill() {
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) // it may have ended already
	<-s.gone
}

// stop asks the program to end and waits for it.
func (s *server) stop() error {
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM); err != nil {
		return err
	}
	<-s.gone
	if !s.cmd.ProcessState.Success() {
		return fmt.Errorf("the program ended with %s when asked to stop", s.cmd.ProcessState)
	}
	return nil
}

// sleep waits or ends with ctx.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

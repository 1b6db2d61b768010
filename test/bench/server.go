package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"banyan/internal/app"
)

// server is the real program in a process of its own, so that the client's processor time does not count.
type server struct {
	app.Config
	base   string // http://127.0.0.1:port
	cmd    *exec.Cmd
	store  *sql.DB // looks beside the program, to see when the reactions are done
	client *http.Client
}

// serve builds the program, once for a bench, and starts it over a data folder.
func (s *setup) serve(ctx context.Context, c app.Config) (*server, error) {
	program, err := s.built(ctx)
	if err != nil {
		return nil, err
	}
	if err := trustForwarded(c); err != nil {
		return nil, err
	}
	if s.profile != "" {
		return s.serveHere(ctx, c)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	v := &server{Config: c, base: fmt.Sprintf("http://127.0.0.1:%d", port)}
	args := []string{"serve", "--data", c.Data, "--addr", fmt.Sprintf("127.0.0.1:%d", port)}
	if c.DB != "" {
		args = append(args, "--db", c.DB)
	}
	if v.store, err = v.look(); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(s.dir, "server.log"))
	if err != nil {
		return nil, err
	}
	v.cmd = exec.CommandContext(ctx, program, args...) //nolint:gosec // as above
	v.cmd.Stdout, v.cmd.Stderr = log, log
	v.cmd.Cancel = func() error { return v.cmd.Process.Signal(syscall.SIGTERM) }
	v.client = newClient()
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, v.stop, log.Close)
	return v, v.ready(ctx)
}

// built gives the program to measure.
func (s *setup) built(ctx context.Context) (string, error) {
	if s.program != "" || s.profile != "" {
		return s.program, nil
	}
	program := filepath.Join(s.dir, "banyan")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/banyan") //nolint:gosec // our own arguments
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return program, nil
}

// serveHere serves in this process, so that a profile shows the program: the client's time counts too then.
func (s *setup) serveHere(ctx context.Context, c app.Config) (*server, error) {
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l) }()
	v := &server{Config: c, base: "http://" + l.Addr().String(), cmd: &exec.Cmd{}, client: newClient()}
	if v.store, err = v.look(); err != nil {
		stop()
		return nil, err
	}
	s.closers = append(s.closers, func() error { stop(); return errors.Join(<-ended, a.Close(), v.store.Close()) })
	return v, v.ready(ctx)
}

// look opens the store beside the program.
func (v *server) look() (*sql.DB, error) {
	store, err := sql.Open("sqlite", "file:"+filepath.Join(v.Data, "banyan.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	if v.DB != "" {
		store, err = sql.Open("pgx", v.DB)
	}
	if err == nil {
		store.SetMaxOpenConns(1)
	}
	return store, err
}

func newClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 512},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       time.Minute,
	}
}

// trusting is the setting by which the bench speaks for many addresses: each citizen has one of their own.
const trusting = "proxies: [127.0.0.0/8]\n"

// trustForwarded writes the setting, unless an earlier run over the same folder has.
func trustForwarded(c app.Config) error {
	name := filepath.Join(c.Data, "banyan.yaml")
	text, err := os.ReadFile(name)
	if err != nil || bytes.Contains(text, []byte(trusting)) {
		return err
	}
	return os.WriteFile(name, append(text, trusting...), 0o600)
}

func (v *server) ready(ctx context.Context) error {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, v.base+"/healthz", nil)
		if err != nil {
			return err
		}
		res, err := v.client.Do(q)
		if err != nil {
			continue // it is not listening yet
		}
		_ = res.Body.Close() // nothing is read of it
		if res.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.New("the program does not answer")
}

// stop ends the program as an operator would.
func (v *server) stop() error {
	if v.cmd.Process == nil {
		return nil
	}
	_ = v.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	err := v.cmd.Wait()
	v.cmd.Process = nil
	_ = v.store.Close() // nothing is left unsaved in it
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == -1 {
		return nil // ended by our signal
	}
	return err
}

// cpu is the processor time the program has used, when all reactions to what was done are done.
func (v *server) cpu(ctx context.Context) (time.Duration, error) {
	for {
		var waiting int
		err := v.store.QueryRowContext(ctx, `SELECT count(*) FROM fact_pending WHERE NOT failed`).Scan(&waiting)
		if err != nil {
			return 0, err
		}
		if waiting == 0 {
			if v.cmd.Process == nil {
				return ownCPU(), nil
			}
			return cpuOf(v.cmd.Process.Pid)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (v *server) rss() float64 {
	if v.cmd.Process == nil {
		return peakMB(os.Getpid())
	}
	return peakMB(v.cmd.Process.Pid)
}

// freePort finds a port of the loopback that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// drainBody reads an answer to its end, so that its connection is used again.
func drainBody(res *http.Response) ([]byte, error) {
	text, err := io.ReadAll(res.Body)
	return text, errors.Join(err, res.Body.Close())
}

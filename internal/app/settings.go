package app

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/idp"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/suite"
	"banyan/internal/scenario/channel/mailbox"
	"banyan/internal/scenario/channel/police"
	"banyan/internal/scenario/channel/sms"
	"banyan/internal/scenario/channel/wechat"
	"banyan/internal/scenario/open311"
)

// Config is what one process is started with.
type Config struct {
	Data  string // the data folder
	DB    string // postgres://… ; empty: the SQLite file of the data folder
	Clock clock.Clock
	Log   *slog.Logger
	Out   io.Writer // progress for the person at the keyboard

	Version string // of the program, for backups and whoever watches it
	Metrics string // host:port for Prometheus; empty: the setting

	restoring bool                            // opens what a restore has not finished yet
	readCity  func(*pack.Pack) (*City, error) // LoadCity; tests read each pack once
}

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Out == nil {
		c.Out = io.Discard
	}
	if c.readCity == nil {
		c.readCity = LoadCity
	}
	return c
}

func (c Config) dsn() string {
	if c.DB != "" {
		return c.DB
	}
	return filepath.Join(c.Data, "banyan.db")
}

func (c Config) path(parts ...string) string {
	return filepath.Join(append([]string{c.Data}, parts...)...)
}

// Settings is banyan.yaml in the data folder. An unknown setting fails: a typo
// must not become a default.
type Settings struct {
	Development bool             `yaml:"development"` // shows /dev/outbox and the demo logins
	Address     string           `yaml:"address"`     // how the public reaches it, https://…; empty: the request's host
	Files       string           `yaml:"files"`       // s3://… ; empty: a folder of the data folder
	Secure      bool             `yaml:"secure"`      // behind a proxy that ends TLS
	Proxies     []string         `yaml:"proxies"`     // CIDR ranges whose X-Forwarded-For is believed
	Drain       string           `yaml:"drain"`       // how long a process that ends says so before it takes nobody in, "3s"
	Metrics     string           `yaml:"metrics"`     // host:port for Prometheus, 127.0.0.1:9090; empty: none
	Limits      Limits           `yaml:"limits"`      // what one process takes on at once
	Open311     open311.Settings `yaml:"open311"`
	SMS         struct {
		URL   string       `yaml:"url"`
		Token string       `yaml:"token"`
		In    sms.Settings `yaml:"in"`
	} `yaml:"sms"`
	Webhooks struct {
		Private bool `yaml:"private"` // also http, and addresses of the inner network
	} `yaml:"webhooks"`
	Mail struct {
		Server string           `yaml:"server"` // host:port
		From   string           `yaml:"from"`
		In     mailbox.Settings `yaml:"in"`
	} `yaml:"mail"`
	WeChat   wechat.Settings `yaml:"wechat"`
	Police   police.Settings `yaml:"police"`
	Backup   BackupSettings  `yaml:"backup"`
	Trail    TrailSettings   `yaml:"trail"`
	Identity struct {        // services of others that say who somebody is
		NetCert  idp.NetCertSettings  `yaml:"netcert"`
		Province idp.ProvinceSettings `yaml:"province"`
	} `yaml:"identity"`
	Crypto string `yaml:"crypto"` // "" or standard (AES-256-GCM, Ed25519), state (SM4-GCM, SM3, SM2 beside Ed25519); see package suite
}

// check refuses settings that cannot be meant.
func (s Settings) check() error {
	if d, err := time.ParseDuration(s.Drain); s.Drain != "" && (err != nil || d < 0 || d > time.Minute) {
		return fmt.Errorf("drain: %q is not a time such as 3s, a minute at most", s.Drain)
	}
	if host, _, err := net.SplitHostPort(s.Metrics); s.Metrics != "" && (err != nil || host == "") {
		return fmt.Errorf("metrics: %q is not an address with a host, such as 127.0.0.1:9090", s.Metrics)
	}
	if _, err := suite.Named(s.Crypto); err != nil {
		return fmt.Errorf("crypto: %w", err)
	}
	return errors.Join(s.Limits.check(), s.checkChannels(), s.Backup.check(), s.Trail.check())
}

// suite are the algorithms that the settings name; they were checked when they were read.
func (s Settings) suite() suite.Suite {
	chosen, err := suite.Named(s.Crypto)
	if err != nil {
		panic(err)
	}
	return chosen
}

// drain is the time before a process that ends takes nobody in.
func (s Settings) drain() time.Duration {
	if d, err := time.ParseDuration(s.Drain); err == nil {
		return d
	}
	return defaultDrain
}

// ErrNoData says that a folder was not set up by init.
var ErrNoData = errors.New("the data folder is not set up; run: banyan init --data FOLDER --pack packs/fuzhou")

// readSettings reads banyan.yaml, which init writes.
func (c Config) readSettings() (Settings, error) {
	var s Settings
	text, err := os.ReadFile(c.path("banyan.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("%s: %w", c.Data, ErrNoData)
	}
	if err != nil {
		return s, fmt.Errorf("read settings: %w", err)
	}
	if s, err = parseSettings(text, c.Metrics); err != nil {
		return s, fmt.Errorf("%s: %w", c.path("banyan.yaml"), err)
	}
	return s, nil
}

// parseSettings reads settings strictly; metrics, when given, stands before the file's.
func parseSettings(text []byte, metrics string) (s Settings, err error) {
	if err := yaml.UnmarshalWithOptions(text, &s, yaml.Strict()); err != nil {
		return Settings{}, err
	}
	s.Metrics = cmp.Or(metrics, s.Metrics)
	return s, s.check()
}

// secret reads the data folder's key, made by init: 32 random bytes that only
// the owner may read.
func (c Config) secret() ([]byte, error) {
	key, err := os.ReadFile(c.path("secret.key"))
	if err != nil {
		return nil, fmt.Errorf("read the data folder's key: %w", err)
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("%s has %d bytes, want 32: restore it from a backup; without it nobody is found by phone", c.path("secret.key"), len(key))
	}
	return key, nil
}

// makeSecret writes a new key, unless there is one.
func (c Config) makeSecret() error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	f, err := os.OpenFile(c.path("secret.key"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make the data folder's key: %w", err)
	}
	_, err = f.Write(key)
	return errors.Join(err, f.Sync(), f.Close())
}

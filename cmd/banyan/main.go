// Command banyan is a city on one binary: see README.md. Each subcommand parses
// its flags and calls package app; nothing is decided here.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	_ "golang.org/x/crypto/x509roots/fallback" // a machine without certificates of its own can still speak TLS

	"banyan/internal/app"
)

// version is set at the build from the commit.
var version = "development"

const usage = `banyan: a city on one binary

  banyan init    --data D --pack P [--demo] [--db postgres://…]
  banyan serve   --data D [--addr HOST:PORT] [--db …]
  banyan import  messages --data D [--areas FILE] [--db …] FILE
  banyan report  rates --data D [--from 2026-01] [--to 2026-12] [--replay] [--json] [--db …]
  banyan triage  train --data D FILE
  banyan triage  eval --data D FILE [--json]
  banyan key     create --data D --name N [--scope S] [--unit U --role R --area A] [--per-second N] [--per-day N] [--until DAY] [--db …]
  banyan key     list --data D [--db …]
  banyan key     revoke --data D [--db …] ID
  banyan grant   give --data D --to ID|unit:ID --purpose P --law L --reason R --use U --field F [--daily N] [--days N] [--area A] [--case ID] [--db …]
  banyan grant   list --data D [--db …]
  banyan grant   end --data D [--db …] ID
  banyan trail   key --data D [--db …]
  banyan trail   audit --data D [--key KEY]… [--db …]
  banyan trail   verify --key KEY [--key KEY] [--witness KEY] RECEIPT
  banyan trail   restart --data D --reason WHY [--anyway] [--db …]
  banyan trail   restarts --data D [--db …]
  banyan credential verify --issuer-key FILE | --issuer ADDRESS [--audience A --nonce N] [--status-list FILE] FILE
  banyan vault   rotate --data D [--db …]
  banyan leak    trace --data D --reason WHY [--json] [--db …] FILE
  banyan pack    check PACK…
  banyan pack    diff PACK PACK
  banyan backup  --data D [--to FILE|FOLDER] [--recipient age1…|--passphrase-file F] [--with-key] [--keep N] [--db …]
  banyan backup  key --to FILE
  banyan restore --from FILE --data NEW [--key F] [--erased F] [--identity F|--passphrase-file F] [--check] [--db …]
  banyan restore --from FILE --verify [--identity F|--passphrase-file F]
  banyan migrate --data D [--check] [--backup] [--db …]
  banyan doctor  --data D [--json] [--db …]
  banyan version
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.As(err, new(misuse)):
		fmt.Fprintf(os.Stderr, "banyan: %v\n\n%s", err, usage)
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "banyan: %v\n", err)
		os.Exit(1)
	}
}

// misuse is a wrong command line.
type misuse string

func (m misuse) Error() string { return string(m) }

// command is one subcommand over its remaining arguments.
type command func(ctx context.Context, args []string, out, progress io.Writer) error

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	commands := map[string]command{
		"init": runInit, "serve": runServe, "import messages": runImport, "report rates": runRates,
		"triage train": runTrain, "triage eval": runEval, "pack check": runPackCheck, "pack diff": runPackDiff,
		"key create": runKeyCreate, "key list": runKeyList, "key revoke": runKeyRevoke,
		"grant give": runGrantGive, "grant list": runGrantList, "grant end": runGrantEnd,
		"trail key": runTrailKey, "trail audit": runTrailAudit, "trail verify": runTrailVerify,
		"trail restart": runTrailRestart, "trail restarts": runTrailRestarts,
		"vault rotate": runVaultRotate, "leak trace": runLeakTrace, "credential verify": runCredentialVerify,
		"backup": runBackup, "backup key": runBackupKey, "restore": runRestore,
		"migrate": runMigrate, "doctor": runDoctor, "version": runVersion,
	}
	for _, n := range []int{2, 1} {
		if len(args) < n {
			continue
		}
		name := args[0]
		if n == 2 {
			name += " " + args[1]
		}
		if c, ok := commands[name]; ok {
			return c(ctx, args[n:], out, progress)
		}
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		fmt.Fprint(out, usage)
		return nil
	}
	return misuse("no such command")
}

// common are the flags that most subcommands share.
type common struct {
	*flag.FlagSet
	data, db *string
	progress io.Writer
}

func flags(name string, progress io.Writer) common {
	fs := flag.NewFlagSet("banyan "+name, flag.ContinueOnError)
	fs.SetOutput(progress)
	return common{FlagSet: fs, data: fs.String("data", "", "the data `folder`"), db: fs.String("db", "", "postgres://… `address`; else BANYAN_DB; else the SQLite file of the data folder"), progress: progress}
}

// parse reads flags and positional arguments in any order and makes sure that
// there are n of the latter.
func (c common) parse(args []string, n int) ([]string, error) {
	var rest []string
	for {
		if err := c.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, misuse(err.Error())
		}
		if c.NArg() == 0 {
			break
		}
		rest, args = append(rest, c.Arg(0)), c.Args()[1:]
	}
	if len(rest) != n {
		return nil, misuse(fmt.Sprintf("%s takes %d arguments, not %d", c.Name(), n, len(rest)))
	}
	if *c.data == "" {
		return nil, misuse(c.Name() + " needs --data FOLDER")
	}
	return rest, nil
}

func (c common) config() app.Config {
	log := slog.New(slog.NewTextHandler(c.progress, &slog.HandlerOptions{Level: slog.LevelWarn}))
	// An address with a password belongs into the environment: others on the machine can read a command line.
	return app.Config{Data: *c.data, DB: cmp.Or(*c.db, os.Getenv("BANYAN_DB")), Log: log, Out: c.progress, Version: version}
}

func runVersion(_ context.Context, _ []string, out, _ io.Writer) error {
	fmt.Fprintln(out, version)
	return nil
}

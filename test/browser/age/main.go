// Command age makes every proof of a data folder's sessions an hour old, as time does: browser tests cannot wait for it.
//
//	go run ./test/browser/age DATA
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"banyan/internal/platform/db"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "age: give the data folder")
		os.Exit(2)
	}
	if err := age(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "age:", err)
		os.Exit(1)
	}
}

func age(ctx context.Context, data string) error {
	d, err := db.Open(ctx, filepath.Join(data, "banyan.db"), db.Options{})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // what was written is committed
	return d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE identity_session SET proved_at = proved_at - 3600000`)
		return err
	})
}

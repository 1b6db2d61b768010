package main

import (
	"context"
	"fmt"
	"io"

	"banyan/internal/app"
)

// runVaultRotate makes a new master key and wraps every person's key by it, while servers on the store go on.
func runVaultRotate(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("vault rotate", progress)
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	n, err := app.RotateKeys(ctx, c.config())
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d keys are wrapped by a new master key\n", n)
	return nil
}

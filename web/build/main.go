// Command build bundles the design system: npm fetches (never runs) the pinned packages, esbuild joins the style
// sheets and the islands, and every file gets its digest into its name and .br and .gz beside it. The manifest maps
// source names to built names.
//
//	go run ./web/build
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	if err := run("web"); err != nil {
		fmt.Fprintln(os.Stderr, "build web:", err)
		os.Exit(1)
	}
}

// run builds the folder web into web/dist.
func run(web string) error {
	if _, err := os.Stat(filepath.Join(web, "package.json")); err != nil {
		return fmt.Errorf("run it in the project's top folder: %w", err)
	}
	if err := fetch(web); err != nil {
		return err
	}
	files, err := bundle(web)
	if err != nil {
		return err
	}
	return write(filepath.Join(web, "dist"), files)
}

// fetch brings the packages of the lock file when they are not there, or are those of an older one.
func fetch(web string) error {
	had, err := os.Stat(filepath.Join(web, "node_modules", ".package-lock.json"))
	wanted, missing := os.Stat(filepath.Join(web, "package-lock.json"))
	if missing != nil {
		return missing
	}
	if err == nil && !wanted.ModTime().After(had.ModTime()) {
		return nil
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir, npm.Stdout, npm.Stderr = web, os.Stdout, os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm ci: %w", err)
	}
	return nil
}

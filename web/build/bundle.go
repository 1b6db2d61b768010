package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// bundle returns the built files by source name ("app.js"). Every island stands alone: a page names those it needs.
func bundle(web string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, pattern := range []string{"styles/*.css", "islands/*.ts", "images/*"} {
		paths, err := filepath.Glob(filepath.Join(web, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if err := bundleFile(path, files); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

func bundleFile(path string, files map[string][]byte) error {
	base := filepath.Base(path)
	switch ext := filepath.Ext(base); {
	case strings.HasSuffix(base, ".d.ts"):
		return nil
	case ext == ".css":
		return build(path, base, files)
	case ext == ".ts":
		return build(path, strings.TrimSuffix(base, ".ts")+".js", files)
	default:
		raw, err := os.ReadFile(path)
		files[base] = raw
		return err
	}
}

func build(path, name string, files map[string][]byte) error {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{path},
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		Format:            api.FormatIIFE,
		Target:            api.ES2022,
		LegalComments:     api.LegalCommentsNone,
		Loader:            map[string]api.Loader{".png": api.LoaderDataURL, ".svg": api.LoaderDataURL},
		Write:             false,
		LogLevel:          api.LogLevelWarning,
	})
	var problems []error
	for _, message := range result.Errors {
		problems = append(problems, errors.New(message.Text))
	}
	if len(problems) > 0 {
		return fmt.Errorf("bundle %s: %w", path, errors.Join(problems...))
	}
	files[name] = result.OutputFiles[0].Contents
	return nil
}

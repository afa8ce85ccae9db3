package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

var pictureExtensions = []string{".jpg", ".jpeg", ".png", ".webp", ".bmp"}

// picture is a picture to be decoded when its turn comes. The errors of open name
// it.
type picture struct {
	name string
	open func() (*imagenet.Image, error)
}

// pictures lists the pictures of the arguments: files, the pictures of a folder
// in the order of their names, or "-" for standard input.
func pictures(cmd *cobra.Command, args []string) ([]picture, error) {
	var all []picture
	for i, arg := range args {
		if arg == "-" {
			if slices.Contains(args[:i], arg) {
				return nil, cli.Usagef("- stands twice: standard input is one picture")
			}
			all = append(all, standardInput(cmd))
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		files := []string{arg}
		if info.IsDir() {
			if files, err = picturesIn(arg); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			all = append(all, picture{file, func() (*imagenet.Image, error) { return imagenet.DecodeFile(file) }})
		}
	}
	return all, nil
}

func standardInput(cmd *cobra.Command) picture {
	const name = "standard input"
	return picture{name, func() (*imagenet.Image, error) {
		img, err := imagenet.Decode(cmd.InOrStdin())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return img, nil
	}}
}

func picturesIn(dir string) ([]string, error) {
	entries, err := fs.ReadDir(os.DirFS(dir), ".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && slices.Contains(pictureExtensions, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, errors.New(dir + ": there is no picture in this folder (" + strings.Join(pictureExtensions, " ") + ")")
	}
	return files, nil
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/imagenet"
)

// metadata tells what a model was made from and what it is for.
func (c *convert) metadata(p prototxt2go.Preset, files []string) ([]onnx.Property, error) {
	var all []onnx.Property
	for _, file := range files {
		if file == "-" {
			continue
		}
		sum, err := fileSum(file)
		if err != nil {
			return nil, err
		}
		all = append(all, onnx.Property{Key: "sha256:" + filepath.Base(file), Value: sum})
	}
	preset := p.Name
	if preset == "" {
		preset = "assumed"
	}
	if p.Preprocess.CropH > 0 || p.Classes != nil {
		all = append(all, onnx.Property{Key: "preset", Value: preset})
	}
	all = append(all, preprocessing(p.Preprocess)...)
	if p.Classes == nil {
		return all, nil
	}
	if p.Classes.Order != "" {
		all = append(all, onnx.Property{Key: "classes.order", Value: p.Classes.Order})
	}
	names, err := json.Marshal(p.Classes.Names)
	if err != nil {
		return nil, fmt.Errorf("names of classes: %w", err)
	}
	return append(all, onnx.Property{Key: "classes.names", Value: string(names)}), nil
}

// preprocessing says how pictures are prepared, in the order in which it is done.
func preprocessing(p imagenet.Preprocess) []onnx.Property {
	if p.CropH == 0 {
		return nil
	}
	var all []onnx.Property
	add := func(key, value string) { all = append(all, onnx.Property{Key: "preprocess." + key, Value: value}) }
	switch {
	case p.ResizeShorter > 0:
		add("resize_shorter", strconv.Itoa(p.ResizeShorter))
	case p.FitH > 0:
		add("resize", fmt.Sprintf("%dx%d", p.FitH, p.FitW))
	}
	add("crop", fmt.Sprintf("%dx%d", p.CropH, p.CropW))
	switch {
	case p.Gray:
		add("channels", "gray")
	case p.BGR:
		add("channels", "BGR")
	default:
		add("channels", "RGB")
	}
	var means []string
	for _, m := range p.Mean {
		means = append(means, strconv.FormatFloat(float64(m), 'g', -1, 32))
	}
	if len(means) > 0 {
		add("mean", strings.Join(means, ","))
	}
	scale := p.Scale
	if scale == 0 {
		scale = 1
	}
	add("scale", strconv.FormatFloat(float64(scale), 'g', -1, 32))
	return all
}

// fileSum returns the SHA-256 of a file.
func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.CopyBuffer(h, f, make([]byte, 1<<20)); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

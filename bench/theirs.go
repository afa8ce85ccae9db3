package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

//go:embed ort.mjs
var script string

// startTheirs starts ONNX Runtime with a model.
func startTheirs(model string, threads int, shape []int) (*side, error) {
	if os.Getenv("NODE_PATH") == "" {
		return nil, errors.New("NODE_PATH must name the node_modules that has onnxruntime-node")
	}
	dims := strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", "x"), "[]")
	return start(exec.Command("node", "--input-type=module", "--eval", script, model, fmt.Sprint(threads), dims))
}

package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

//go:embed ort.mjs
var script string

// peer is ONNX Runtime in a process of its own, which runs when it is told.
type peer struct {
	version string
	load    float64

	cmd    *exec.Cmd
	ask    io.WriteCloser
	answer *bufio.Reader
}

// startPeer loads a model and waits until it is ready.
func startPeer(model string, threads int, shape []int) (*peer, error) {
	if os.Getenv("NODE_PATH") == "" {
		return nil, errors.New("NODE_PATH must name the node_modules that has onnxruntime-node")
	}
	dims := strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", "x"), "[]")
	p := &peer{cmd: exec.Command("node", "--input-type=module", "--eval", script, model, fmt.Sprint(threads), dims)}
	p.cmd.Stderr = os.Stderr
	var err error
	if p.ask, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.answer = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	var ready struct {
		Version string
		Load    float64
	}
	if err := p.read(&ready); err != nil {
		p.stop()
		return nil, err
	}
	p.version, p.load = ready.Version, ready.Load
	return p, nil
}

// run times one run, as the process sees it.
func (p *peer) run() (float64, error) {
	if _, err := io.WriteString(p.ask, "run\n"); err != nil {
		return 0, err
	}
	var done struct{ MS float64 }
	err := p.read(&done)
	return done.MS, err
}

func (p *peer) read(v any) error {
	line, err := p.answer.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("onnxruntime: %w", err)
	}
	return json.Unmarshal(line, v)
}

func (p *peer) stop() {
	p.ask.Close()
	// It has nothing more to say.
	_ = p.cmd.Wait()
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/prototxt2go/prototxt2go/internal/procmem"
)

// side is one of the two runtimes in a process of its own, which runs when it is
// told: each line on its standard input asks for one run, and each line that it
// prints is an answer in JSON.
type side struct {
	ready

	cmd    *exec.Cmd
	ask    io.WriteCloser
	answer *bufio.Reader
}

// ready is what a side says, unasked, when it has loaded its model. Load is in
// milliseconds; a side leaves out what it does not know.
type ready struct {
	Version      string  `json:"version"`
	Load         float64 `json:"load"`
	MultiplyAdds int64   `json:"multiply_adds"`
}

// done is what a side says after a run, in milliseconds, or after a measurement of
// the processor's peak.
type done struct {
	MS   float64 `json:"ms"`
	Peak float64 `json:"peak"`
}

// start starts a process and waits until it is ready.
func start(cmd *exec.Cmd) (*side, error) {
	s := &side{cmd: cmd}
	cmd.Stderr = os.Stderr
	var err error
	if s.ask, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.answer = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.read(&s.ready); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// do asks for something, "run" or "peak".
func (s *side) do(what string) (done, error) {
	var d done
	if _, err := io.WriteString(s.ask, what+"\n"); err != nil {
		return d, err
	}
	return d, s.read(&d)
}

func (s *side) read(v any) error {
	line, err := s.answer.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("%s: %w", s.cmd.Path, err)
	}
	return json.Unmarshal(line, v)
}

// peakMB returns the most memory that the process has had, or 0 where the system
// does not tell.
func (s *side) peakMB() float64 { return procmem.PeakMB(fmt.Sprint(s.cmd.Process.Pid)) }

func (s *side) stop() {
	s.ask.Close()
	// It has nothing more to say.
	_ = s.cmd.Wait()
}

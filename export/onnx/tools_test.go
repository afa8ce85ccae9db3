package onnx_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/tensor"
)

// python returns a Python that has ONNX's own package: what PYTHON names, or
// Debian's. It skips the test, saying so, where there is none.
func python(t testing.TB) string {
	name := os.Getenv("PYTHON")
	if name == "" {
		name = "/usr/bin/python3"
	}
	if out, err := exec.Command(name, "-c", "import onnx").CombinedOutput(); err != nil {
		t.Skipf("no ONNX checker: %s: %v %s (Debian has it as python3-onnx; PYTHON names another Python)", name, err, lastLine(out))
	}
	return name
}

// node returns the node program, if it finds onnxruntime-node by NODE_PATH. It skips
// the test, saying so, where there is none.
func node(t testing.TB) string {
	name, err := exec.LookPath("node")
	if err != nil {
		t.Skipf("no onnxruntime: %v", err)
	}
	if out, err := exec.Command(name, "-e", "require('onnxruntime-node')").CombinedOutput(); err != nil {
		t.Skipf("no onnxruntime: %v %s (NODE_PATH names the folder that has npm's onnxruntime-node)", err, lastLine(out))
	}
	return name
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// checkModels holds files against ONNX's checker, with inference of all shapes.
func checkModels(t testing.TB, paths []string) {
	t.Helper()
	require.NotEmpty(t, paths)
	cmd := exec.Command(python(t), "testdata/check.py")
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\n"))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Empty(t, string(out))
	t.Logf("%d models checked", len(paths))
}

// A job is a model to run, once or more.
type job struct {
	Model string    `json:"model"`
	Runs  []*jobRun `json:"runs"`
}

type jobRun struct {
	Inputs  map[string]jobInput `json:"inputs"`
	Outputs map[string]string   `json:"outputs"`

	results map[string]*tensor.Tensor
}

type jobInput struct {
	Shape []int  `json:"shape"`
	File  string `json:"file"`
}

// newRun writes the inputs of a run to a folder, where its outputs will be too.
func newRun(t testing.TB, inputs map[string]*tensor.Tensor, outputs ...string) *jobRun {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string {
		return filepath.Join(dir, strings.NewReplacer("/", "_", ":", "_").Replace(name)+".f32")
	}
	r := &jobRun{Inputs: map[string]jobInput{}, Outputs: map[string]string{}}
	for name, x := range inputs {
		var b bytes.Buffer
		require.NoError(t, binary.Write(&b, binary.LittleEndian, x.Data))
		require.NoError(t, os.WriteFile(file("in_"+name), b.Bytes(), 0o666))
		r.Inputs[name] = jobInput{append([]int{}, x.Shape...), file("in_" + name)}
	}
	for _, name := range outputs {
		r.Outputs[name] = file("out_" + name)
	}
	return r
}

// runModels runs models with onnxruntime and fills in the results.
func runModels(t testing.TB, jobs []*job) {
	t.Helper()
	request, err := json.Marshal(jobs)
	require.NoError(t, err)
	cmd := exec.Command(node(t), "testdata/run.mjs")
	cmd.Stdin = bytes.NewReader(request)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	var answers []struct {
		Error string
		Runs  []map[string][]int
	}
	require.NoError(t, json.Unmarshal(out, &answers))
	require.Len(t, answers, len(jobs))
	for i, a := range answers {
		if a.Error != "" {
			t.Errorf("%s: %s", jobs[i].Model, a.Error)
			continue
		}
		for k, shapes := range a.Runs {
			jobs[i].Runs[k].read(t, shapes)
		}
	}
	t.Logf("%d models run", len(jobs))
}

func (r *jobRun) read(t testing.TB, shapes map[string][]int) {
	r.results = map[string]*tensor.Tensor{}
	for name, file := range r.Outputs {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		x := tensor.New(shapes[name]...)
		require.Len(t, data, 4*len(x.Data))
		for i := range x.Data {
			x.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		r.results[name] = x
	}
}

package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// verifyTolerance is what a blob of a written net may be off by, as a part of its
// largest number. The weights in a file are rounded to float32 after they have been
// folded, which a deep net makes some 1e-5 of; what is done wrongly makes far more.
const verifyTolerance = 1e-3

// comparison is how far a written net is from what it was made of.
type comparison struct {
	// Blobs is the number of values that both have.
	Blobs int `json:"blobs"`
	// MaxError is the largest error of any, as a part of the blob's largest number,
	// and Blob has it.
	MaxError float64 `json:"max_error"`
	Blob     string  `json:"blob"`
	// Rounding is the largest error of an output that float16 makes.
	Rounding *float64 `json:"float16_error,omitempty"`
}

func (c *comparison) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "read back: %s, max error %.2g of the largest number (%s)\n", cli.Counted(c.Blobs, "blob"), c.MaxError, c.Blob)
	if err == nil && c.Rounding != nil {
		_, err = fmt.Fprintf(w, "float16: max error of an output %.2g of its largest number\n", *c.Rounding)
	}
	return err
}

// compare runs the written file beside the graph that it was made of. With float16
// that is the rounded one; what the rounding itself makes is told, too.
func (c *convert) compare(ctx context.Context, source, written *ir.Graph) (*comparison, error) {
	back, err := onnx.ReadFile(c.output)
	if err != nil {
		return nil, err
	}
	if c.batch == "dynamic" {
		shapes := map[string][]int{}
		for _, v := range source.Inputs {
			shapes[v.Name] = v.Type.Shape
		}
		if back, err = back.Reshape(shapes); err != nil {
			return nil, err
		}
	}
	truth := source
	if c.dtype == "fp16" {
		truth = written
	}
	want, have, err := runBoth(ctx, truth, back, commonValues(truth, back))
	if err != nil {
		return nil, fmt.Errorf("verify %s: %w", c.output, err)
	}
	told := largestError(want, have)
	if !(told.MaxError <= verifyTolerance) {
		return nil, fmt.Errorf("verify %s: blob %q is off by %.2g of its largest number, allowed are %g", c.output, told.Blob, told.MaxError, verifyTolerance)
	}
	if c.dtype == "fp16" {
		want, have, err := runBoth(ctx, source, back, nil)
		if err != nil {
			return nil, fmt.Errorf("verify %s: %w", c.output, err)
		}
		told.Rounding = &largestError(want, have).MaxError
	}
	return told, nil
}

// commonValues returns the names of the values that nodes of both graphs compute.
func commonValues(a, b *ir.Graph) []string {
	var names []string
	for _, n := range a.Nodes {
		for _, v := range n.Out {
			if w := b.Value(v.Name); w != nil && w.Type.Equal(v.Type) {
				names = append(names, v.Name)
			}
		}
	}
	return names
}

// runBoth runs two graphs on the same pseudo-random inputs.
func runBoth(ctx context.Context, a, b *ir.Graph, keep []string) (ofA, ofB map[string]*tensor.Tensor, err error) {
	inputs := map[string]*tensor.Tensor{}
	for i, v := range a.Inputs {
		x := tensor.New(v.Type.Shape...)
		ir.Rand(i).Read(x.Data, 0)
		inputs[v.Name] = x
	}
	results := make([]map[string]*tensor.Tensor, 2)
	for i, g := range []*ir.Graph{a, b} {
		e, err := reference.New(g)
		if err != nil {
			return nil, nil, err
		}
		if results[i], err = e.Run(ctx, inputs, keep...); err != nil {
			return nil, nil, err
		}
	}
	return results[0], results[1], nil
}

// largestError compares what two graphs give, by name. What is not finite must be
// the same.
func largestError(want, have map[string]*tensor.Tensor) *comparison {
	told := &comparison{Blobs: len(want)}
	for name, w := range want {
		e := math.Inf(1)
		if h := have[name]; h != nil && len(h.Data) == len(w.Data) {
			e = relativeError(w.Data, h.Data)
		}
		if told.Blob == "" || e > told.MaxError || e == told.MaxError && name < told.Blob {
			told.MaxError, told.Blob = e, name
		}
	}
	return told
}

// relativeError returns max|a-b| / max|a| over what is finite.
func relativeError(a, b []float32) float64 {
	largest, worst := 0.0, 0.0
	for i, x := range a {
		v, w := float64(x), float64(b[i])
		if v == w || v != v && w != w {
			largest = max(largest, finite(v))
			continue
		}
		d := math.Abs(v - w)
		if d != d || math.IsInf(d, 0) {
			return math.Inf(1)
		}
		largest, worst = max(largest, math.Abs(v)), max(worst, d)
	}
	if worst == 0 {
		return 0
	}
	return worst / largest
}

// finite returns the size of a number, 0 if it is not finite.
func finite(v float64) float64 {
	if v != v || math.IsInf(v, 0) {
		return 0
	}
	return math.Abs(v)
}

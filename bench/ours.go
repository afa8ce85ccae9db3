package main

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/runtime"
)

// ours is this runtime, loaded.
type ours struct {
	model        *runtime.Model
	session      *runtime.Session
	shape        []int
	load         float64
	multiplyAdds int64
}

// loadOurs reads a caffemodel and makes a session of it.
func loadOurs(file string, threads, batch int) (*ours, error) {
	start := time.Now()
	net, err := caffe.ReadFile(file, caffe.Options{})
	if err != nil {
		return nil, err
	}
	r, err := importer.Import(net, importer.Options{})
	if err != nil {
		return nil, err
	}
	o := &ours{}
	if o.model, err = runtime.NewModel(r.Graph, runtime.Options{}); err != nil {
		return nil, err
	}
	input := r.Graph.Inputs[0]
	o.shape = append([]int{batch}, input.Type.Shape[1:]...)
	plan, err := o.model.Plan(map[string][]int{input.Name: o.shape})
	if err != nil {
		return nil, err
	}
	if o.session, err = plan.NewSession(threads); err != nil {
		return nil, err
	}
	o.load = milliseconds(time.Since(start))
	o.multiplyAdds = plan.Graph().Cost().MultiplyAdds
	x, err := o.session.Input(input.Name)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range x {
		x[i] = 255*random.Float32() - 128
	}
	return o, nil
}

// run times one run.
func (o *ours) run() (float64, error) {
	start := time.Now()
	err := o.session.Run(context.Background())
	return milliseconds(time.Since(start)), err
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

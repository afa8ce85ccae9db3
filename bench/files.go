package main

import (
	"os"

	"github.com/prototxt2go/prototxt2go/arch"
	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// netFiles are a net as a caffemodel and as an ONNX model.
type netFiles struct{ weights, onnx string }

// write makes both with the deterministic fill.
func (f *netFiles) write(name string) error {
	net, err := arch.New(name, arch.Options{})
	if err != nil {
		return err
	}
	r, err := importer.Import(net, importer.Options{Fill: true})
	if err != nil {
		return err
	}
	for _, w := range r.Weights {
		for _, v := range w.Blobs {
			w.Layer.Blobs = append(w.Layer.Blobs, &caffe.Blob{Shape: v.Type.Shape, Reader: v.Const.Source})
		}
	}
	if err := create(f.weights, func(file *os.File) error { _, err := net.WriteBinary(file); return err }); err != nil {
		return err
	}
	if err := passes.Run(r.Graph, passes.Default()...); err != nil {
		return err
	}
	return create(f.onnx, func(file *os.File) error { return onnx.Write(file, r.Graph, onnx.Options{Dynamic: true}) })
}

func create(path string, write func(*os.File) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	return file.Close()
}

func (f *netFiles) remove() {
	os.Remove(f.weights)
	os.Remove(f.onnx)
}

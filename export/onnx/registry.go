package onnx

import (
	"fmt"
	"reflect"

	"github.com/prototxt2go/prototxt2go/ir"
)

// An emitter writes one node of a graph as nodes of ONNX.
type emitter struct {
	kind string
	// form says what becomes of the op, for the documentation.
	form string
	emit func(op ir.Op, l *layer) error
}

var emitters = map[reflect.Type]emitter{}

// register makes f the emitter of the ops of type T. It is called from init and
// panics on a duplicate. Before it returns without an error, f has given every
// output of the node.
func register[T ir.Op](form string, f func(op T, l *layer) error) {
	key := reflect.TypeFor[T]()
	if _, ok := emitters[key]; ok {
		panic(fmt.Sprintf("onnx: two emitters for op %v", key))
	}
	var zero T
	emitters[key] = emitter{zero.Kind(), form, func(op ir.Op, l *layer) error { return f(op.(T), l) }}
}

func emitterOf(op ir.Op) (emitter, error) {
	e, ok := emitters[reflect.TypeOf(op)]
	if !ok {
		return e, fmt.Errorf("op %s has no form in ONNX here", op.Kind())
	}
	return e, nil
}

// Ops returns the ops that can be written, by kind, each with the ONNX operators
// that it becomes.
func Ops() map[string]string {
	forms := map[string]string{}
	for _, e := range emitters {
		forms[e.kind] = e.form
	}
	return forms
}

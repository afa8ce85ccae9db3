package reference

import (
	"fmt"
	"reflect"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A function computes the outputs of one node.
type function func(op ir.Op, c *call) error

var functions = map[reflect.Type]function{}

// register makes f the function of the ops of type T. It is called from init
// and panics on a duplicate. Before it returns, f has written every element of
// every output that it took with c.out, or has shared its input.
func register[T ir.Op](f func(op T, c *call) error) {
	key := reflect.TypeFor[T]()
	if _, ok := functions[key]; ok {
		panic(fmt.Sprintf("reference: two functions for op %v", key))
	}
	functions[key] = func(op ir.Op, c *call) error { return f(op.(T), c) }
}

func functionOf(op ir.Op) (function, error) {
	f, ok := functions[reflect.TypeOf(op)]
	if !ok {
		return nil, fmt.Errorf("op %s has no reference function", op.Kind())
	}
	return f, nil
}

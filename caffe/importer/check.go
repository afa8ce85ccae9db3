package importer

import (
	"errors"
	"maps"
	"slices"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
)

// checkBlobs reports every layer of an unknown type and every blob that is used
// as Caffe does not allow: undefined, made twice, or overwritten in place while
// another layer reads it.
func checkBlobs(net *caffe.Net, o Options) error {
	c := &blobChecker{current: map[string]*version{}, makers: map[string]*caffe.Layer{}}
	for _, l := range net.Layers {
		for _, top := range l.Tops {
			if c.makers[top] == nil {
				c.makers[top] = l
			}
		}
	}
	for _, l := range net.Layers {
		if builtin[l.Type] == nil && o.Layers[l.Type] == nil {
			c.fail(l, "layer type %q is not supported%s", l.Type, nearest.Hint(l.Type, Types()))
		}
		c.layer(l)
	}
	return errors.Join(c.errs...)
}

// version is one value of a blob.
type version struct {
	maker   *caffe.Layer
	readers []*caffe.Layer
	inPlace *caffe.Layer // the layer that overwrites it
}

type blobChecker struct {
	current map[string]*version
	makers  map[string]*caffe.Layer // the first maker of each blob, wherever it stands
	errs    []error
}

func (c *blobChecker) fail(l *caffe.Layer, format string, args ...any) {
	c.errs = append(c.errs, l.Errorf(format, args...))
}

func (c *blobChecker) layer(l *caffe.Layer) {
	for _, name := range l.Bottoms {
		v := c.current[name]
		if v == nil {
			c.undefined(l, name)
			v = &version{maker: l}
			c.current[name] = v
		}
		v.readers = append(v.readers, l)
	}
	for i, name := range l.Tops {
		inPlace := i < len(l.Bottoms) && l.Bottoms[i] == name
		switch old := c.current[name]; {
		case inPlace && len(old.readers) > 1:
			c.fail(l, "blob %q is overwritten in place, but layer %q reads it too: Caffe refuses that (\"produced by multiple sources\")", name, otherReader(old, l))
		case old != nil && !inPlace:
			c.fail(l, "blob %q is already made by layer %q at %v", name, old.maker.Name, old.maker.Pos)
		}
		c.current[name] = &version{maker: l}
	}
}

// otherReader names a layer that reads the value beside l.
func otherReader(v *version, l *caffe.Layer) string {
	for _, r := range v.readers {
		if r != l {
			return r.Name
		}
	}
	return l.Name
}

func (c *blobChecker) undefined(l *caffe.Layer, name string) {
	switch maker := c.makers[name]; {
	case maker == l:
		c.fail(l, "bottom %q is made by the layer itself: the net has a cycle", name)
	case maker != nil:
		c.fail(l, "bottom %q is made only later, by layer %q at %v: the net has a cycle, or its layers are out of order", name, maker.Name, maker.Pos)
	default:
		c.fail(l, "bottom %q is made by no layer%s", name, nearest.Hint(name, slices.Sorted(maps.Keys(c.current))))
	}
}

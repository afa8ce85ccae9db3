package importer

import (
	"errors"
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
		for i, top := range l.Tops {
			if c.makers[top] == nil && !inPlace(l, i) {
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

// inPlace reports whether a layer's top number i overwrites its bottom.
func inPlace(l *caffe.Layer, i int) bool {
	return i < len(l.Bottoms) && l.Bottoms[i] == l.Tops[i]
}

// version is one value of a blob.
type version struct {
	maker   *caffe.Layer // nil for a blob that was read before any layer made it
	readers []*caffe.Layer
}

type blobChecker struct {
	current map[string]*version
	makers  map[string]*caffe.Layer // the first that makes each blob anew, wherever it stands
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
			v = &version{}
			c.current[name] = v
		}
		v.readers = append(v.readers, l)
	}
	for i, name := range l.Tops {
		switch old := c.current[name]; {
		case inPlace(l, i) && len(old.readers) > 1:
			c.fail(l, "blob %q is overwritten in place, but layer %q reads it too: Caffe refuses that (\"produced by multiple sources\")", name, otherReader(old, l))
		case old != nil && old.maker != nil && !inPlace(l, i):
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
		c.fail(l, "bottom %q is made by no layer%s", name, nearest.Hint(name, c.made()))
	}
}

// made returns the names of the blobs made so far, sorted.
func (c *blobChecker) made() []string {
	var names []string
	for name, v := range c.current {
		if v.maker != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

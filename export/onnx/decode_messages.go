package onnx

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of a file, as far as models that this package writes have them.
type (
	modelFile struct {
		irVersion, opset int64
		metadata         []Property
		graph            graphFile
	}
	graphFile struct {
		name            string
		nodes           []nodeFile
		tensors         []tensorFile
		inputs, outputs []valueFile
	}
	nodeFile struct {
		offset           int
		name, op, domain string
		in, out          []string
		attributes       map[string]attributeFile
	}
	attributeFile struct {
		kind   int64
		f      float32
		i      int64
		ints   []int64
		tensor tensorFile
	}
	// An axis of -1 is one that the file leaves open.
	valueFile struct {
		name    string
		element int64
		shape   []int64
	}
	tensorFile struct {
		name     string
		kind     int64
		dims     []int64
		raw      []byte
		external map[string]string
		location int64
	}
)

func (m *modelFile) read(d decoder) error {
	return d.fields(func(x fieldFile) error {
		switch x.number {
		case modelIRVersion:
			return x.int(&m.irVersion)
		case modelGraph:
			return x.message(m.graph.read)
		case modelOpsetImport:
			return x.message(m.readOpset)
		case modelMetadata:
			return x.message(func(d decoder) error {
				p, err := readEntry(d)
				m.metadata = append(m.metadata, p)
				return err
			})
		}
		return nil
	})
}

func (m *modelFile) readOpset(d decoder) error {
	var domain string
	var version int64
	err := d.fields(func(x fieldFile) error {
		switch x.number {
		case opsetDomain:
			return x.string(&domain)
		case opsetNumber:
			return x.int(&version)
		}
		return nil
	})
	if domain == "" {
		m.opset = version
	}
	return err
}

func readEntry(d decoder) (Property, error) {
	var p Property
	err := d.fields(func(x fieldFile) error {
		switch x.number {
		case entryKey:
			return x.string(&p.Key)
		case entryValue:
			return x.string(&p.Value)
		}
		return nil
	})
	return p, err
}

func (g *graphFile) read(d decoder) error {
	return d.fields(func(x fieldFile) error {
		switch x.number {
		case graphName:
			return x.string(&g.name)
		case graphNode:
			n := nodeFile{attributes: map[string]attributeFile{}}
			err := x.message(n.read)
			g.nodes = append(g.nodes, n)
			return err
		case graphInitializer:
			var t tensorFile
			err := x.message(t.read)
			g.tensors = append(g.tensors, t)
			return err
		case graphInput:
			return x.message(func(d decoder) error { return readValue(d, &g.inputs) })
		case graphOutput:
			return x.message(func(d decoder) error { return readValue(d, &g.outputs) })
		}
		return nil
	})
}

func (n *nodeFile) read(d decoder) error {
	n.offset = d.offset
	return d.fields(func(x fieldFile) error {
		switch x.number {
		case nodeInput:
			n.in = append(n.in, "")
			return x.string(&n.in[len(n.in)-1])
		case nodeOutput:
			n.out = append(n.out, "")
			return x.string(&n.out[len(n.out)-1])
		case nodeName:
			return x.string(&n.name)
		case nodeOpType:
			return x.string(&n.op)
		case nodeDomain:
			return x.string(&n.domain)
		case nodeAttribute:
			return x.message(n.readAttribute)
		}
		return nil
	})
}

func (n *nodeFile) readAttribute(d decoder) error {
	var name string
	var a attributeFile
	err := d.fields(func(x fieldFile) error {
		switch x.number {
		case attributeName:
			return x.string(&name)
		case attributeType:
			return x.int(&a.kind)
		case attributeFloat:
			a.f = math.Float32frombits(uint32(x.bits))
			return x.need(protowire.Fixed32Type)
		case attributeInt:
			return x.int(&a.i)
		case attributeInts:
			return x.ints(&a.ints)
		case attributeTensor:
			return x.message(a.tensor.read)
		}
		return nil
	})
	n.attributes[name] = a
	return err
}

func (t *tensorFile) read(d decoder) error {
	return d.fields(func(x fieldFile) error {
		switch x.number {
		case tensorDims:
			return x.ints(&t.dims)
		case tensorDataType:
			return x.int(&t.kind)
		case tensorName:
			return x.string(&t.name)
		case tensorRawData:
			t.raw = x.body.data
			return x.need(protowire.BytesType)
		case tensorDataLocation:
			return x.int(&t.location)
		case tensorExternalData:
			return x.message(func(d decoder) error {
				p, err := readEntry(d)
				if t.external == nil {
					t.external = map[string]string{}
				}
				t.external[p.Key] = p.Value
				return err
			})
		}
		return nil
	})
}

func readValue(d decoder, to *[]valueFile) error {
	var v valueFile
	err := d.fields(func(x fieldFile) error {
		switch x.number {
		case valueName:
			return x.string(&v.name)
		case valueType:
			return x.message(v.readType)
		}
		return nil
	})
	*to = append(*to, v)
	return err
}

func (v *valueFile) readType(d decoder) error {
	return d.fields(func(x fieldFile) error {
		if x.number != typeTensor {
			return nil
		}
		return x.message(func(d decoder) error {
			return d.fields(func(x fieldFile) error {
				switch x.number {
				case typeElement:
					return x.int(&v.element)
				case typeShape:
					return x.message(v.readShape)
				}
				return nil
			})
		})
	})
}

func (v *valueFile) readShape(d decoder) error {
	v.shape = []int64{}
	return d.fields(func(x fieldFile) error {
		if x.number != shapeDim {
			return nil
		}
		v.shape = append(v.shape, -1)
		return x.message(func(d decoder) error {
			return d.fields(func(x fieldFile) error {
				if x.number != dimValue {
					return nil
				}
				return x.int(&v.shape[len(v.shape)-1])
			})
		})
	})
}

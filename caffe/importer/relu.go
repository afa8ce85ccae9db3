package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() {
	register("ReLU", importReLU)
	register("PReLU", importPReLU)
}

func importReLU(c *Context) error {
	var p struct{ NegativeSlope float32 }
	if err := c.Layer.Decode("relu_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	return c.Emit(ir.ReLU{NegativeSlope: p.NegativeSlope}, c.Bottoms...)
}

func importPReLU(c *Context) error {
	var p struct {
		ChannelShared bool
		Filler        *Filler
	}
	if err := c.Layer.Decode("prelu_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	shape := []int{}
	if !p.ChannelShared {
		var err error
		if shape, err = span(c.Bottoms[0].Type, 1, 1); err != nil {
			return err
		}
	}
	filler := Filler{Type: "constant", Value: 0.25}
	if p.Filler != nil {
		filler = *p.Filler
	}
	slope, err := c.Weight(shape, filler)
	if err != nil {
		return err
	}
	return c.Emit(ir.PReLU{ChannelShared: p.ChannelShared}, c.Bottoms[0], slope)
}

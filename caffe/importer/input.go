package importer

import "fmt"

func init() { register("Input", importInput) }

// importInput makes an input of each top. One shape serves all tops.
func importInput(c *Context) error {
	var p struct{ Shape []struct{ Dim []int } }
	if err := c.Layer.Decode("input_param", &p); err != nil {
		return err
	}
	tops := len(c.Layer.Tops)
	if err := c.Arity(0, 0, max(tops, 1)); err != nil {
		return err
	}
	if n := len(p.Shape); n > 1 && n != tops {
		return fmt.Errorf("input_param has %d shapes for %d tops", n, tops)
	}
	for i := range tops {
		var shape []int
		if len(p.Shape) > 0 {
			shape = append([]int{}, p.Shape[min(i, len(p.Shape)-1)].Dim...)
		}
		if err := c.Input(shape); err != nil {
			return err
		}
	}
	return nil
}

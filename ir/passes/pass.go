package passes

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

// Pass rewrites a graph.
type Pass struct {
	// Name says what the pass does, such as fuse_relu.
	Name string
	// Apply rewrites the graph in place. It takes a graph without nodes that no
	// output is computed from, and may leave some behind, as Run knows. After an
	// error the graph is not to be used.
	Apply func(g *ir.Graph) error
}

// Default returns the passes that make a graph ready to be lowered, in their
// order: identities hide what follows what; a squeeze-and-excitation block is
// looked for once all folding inside of it is done, and before its ReLUs and its
// sum become part of other nodes.
func Default() []Pass {
	return []Pass{
		{"drop_identities", dropIdentities},
		{"scale_batch_norm", scaleBatchNorm},
		{"fold_scale", foldScale},
		{"fuse_squeeze_excite", fuseSqueezeExcite},
		{"fuse_sum", fuseSum},
		{"fuse_relu", fuseReLU},
	}
}

// Run applies passes one after the other. It sweeps the graph before the first and
// after each, and verifies it after each; an error names the pass. The graph is
// changed in place: g.Reshape(nil) makes a copy to keep.
func Run(g *ir.Graph, ps ...Pass) error {
	g.Sweep()
	for _, p := range ps {
		if err := p.Apply(g); err != nil {
			return fmt.Errorf("pass %s: %w", p.Name, err)
		}
		g.Sweep()
		if err := g.Verify(); err != nil {
			return fmt.Errorf("pass %s: verify graph: %w", p.Name, err)
		}
	}
	return nil
}

package ir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Fingerprint returns a hash of what makes a net itself: the names of its layers,
// their types and the shapes of their constants, in order. The values of the
// constants, the input's shape and layers that only copy (Split, Dropout) play no
// part, so a net is the same with other weights, another batch, and as another
// Caffe saved it.
func (g *Graph) Fingerprint() string {
	h := sha256.New()
	for _, n := range g.Nodes {
		switch n.Op.(type) {
		case Split, Dropout:
			continue
		}
		fmt.Fprintf(h, "%q %s", n.Name, n.Op.Kind())
		for _, v := range n.In {
			if v.Const != nil {
				fmt.Fprintf(h, " %v", v.Type)
			}
		}
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}

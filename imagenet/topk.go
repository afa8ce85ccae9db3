package imagenet

import (
	"cmp"
	"slices"
)

// Prediction is one class and the probability that a net gave it.
type Prediction struct {
	// Index is the class's place in the net's output.
	Index       int
	Probability float32
}

// TopK returns the k most probable classes, best first; all of them if there are
// fewer, none if k is not positive. Of equals the lower index comes first; what
// is not a number comes last.
func TopK(probs []float32, k int) []Prediction {
	all := make([]Prediction, len(probs))
	for i, p := range probs {
		all[i] = Prediction{Index: i, Probability: p}
	}
	slices.SortFunc(all, func(a, b Prediction) int {
		// Compare puts NaN below every number.
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), a.Index-b.Index)
	})
	return all[:min(max(k, 0), len(all))]
}

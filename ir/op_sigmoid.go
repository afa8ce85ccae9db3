package ir

func init() { Register(Sigmoid{}) }

// Sigmoid gives 1/(1+exp(-x)). The output has the type of the one input.
type Sigmoid struct{}

// Kind implements Op.
func (Sigmoid) Kind() string { return "Sigmoid" }

// Infer implements Op.
func (Sigmoid) Infer(in []Type) ([]Type, error) { return sameAsInput(in) }

// Cost implements Op.
func (Sigmoid) Cost(_, _ []Type) Cost { return Cost{} }

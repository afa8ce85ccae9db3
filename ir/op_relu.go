package ir

func init() { Register(ReLU{}) }

// ReLU gives x where x is positive, and NegativeSlope·x elsewhere. The output
// has the type of the one input.
type ReLU struct{ NegativeSlope float32 }

// Kind implements Op.
func (ReLU) Kind() string { return "ReLU" }

// Infer implements Op.
func (ReLU) Infer(in []Type) ([]Type, error) { return sameAsInput(in) }

// Cost implements Op.
func (ReLU) Cost(_, _ []Type) Cost { return Cost{} }

package ir

func init() { Register(Power{}) }

// Power gives (Shift + Scale·x)^Power. As in Caffe, it is constant where
// Scale·Power is 0: 1 if Power is 0, else Shift^Power. The output has the type
// of the one input.
type Power struct {
	Power float32
	Scale float32
	Shift float32
}

// Kind implements Op.
func (Power) Kind() string { return "Power" }

// Infer implements Op.
func (Power) Infer(in []Type) ([]Type, error) { return sameAsInput(in) }

// Cost implements Op.
func (Power) Cost(_, _ []Type) Cost { return Cost{} }

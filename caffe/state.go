package caffe

import "slices"

// Phase is what a net is for: a layer's include and exclude rules name it, and
// some layers act otherwise in each.
type Phase string

// Caffe's two phases.
const (
	Train Phase = "TRAIN"
	Test  Phase = "TEST"
)

// State selects the layers of a net. The zero State is Caffe's own default for
// inference: phase TEST, level 0, no stages.
type State struct {
	Phase  Phase // "" is Test
	Level  int
	Stages []string
}

// ForState returns the net of the layers that the state selects, as Caffe's
// FilterNet does: a layer with include rules stays if one of them is met, one
// with exclude rules if none is. Stages that the net's own state names count
// too; its phase and level do not. The layers are shared with n.
func (n *Net) ForState(s State) (*Net, error) {
	if s.Phase == "" {
		s.Phase = Test
	}
	if own := n.Message.sub("state"); own != nil {
		s.Stages = slices.Clone(s.Stages)
		for _, f := range own.All("stage") {
			s.Stages = append(s.Stages, f.Value.Text)
		}
	}
	kept := *n
	kept.Layers = nil
	var problems Problems
	for _, l := range n.Layers {
		include, exclude := l.Message.All("include"), l.Message.All("exclude")
		if len(include) > 0 && len(exclude) > 0 {
			problems = append(problems, l.problem("has both include and exclude rules: Caffe allows either"))
			continue
		}
		met := s.meetsOne(include) || len(include) == 0
		if met && !s.meetsOne(exclude) {
			kept.Layers = append(kept.Layers, l)
		}
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	kept.Message = n.Message.withLayers(kept.Layers)
	return &kept, nil
}

func (s State) meetsOne(rules []Field) bool {
	for _, r := range rules {
		if r.Value.Message != nil && s.meets(r.Value.Message) {
			return true
		}
	}
	return false
}

// meets reports whether the state meets all that a NetStateRule demands.
func (s State) meets(rule *Message) bool {
	if phase := rule.text("phase"); phase != "" && phase != string(s.Phase) {
		return false
	}
	if v, ok := rule.Get("min_level"); ok && s.Level < int(int64(v.Bits)) {
		return false
	}
	if v, ok := rule.Get("max_level"); ok && s.Level > int(int64(v.Bits)) {
		return false
	}
	for _, f := range rule.All("stage") {
		if !s.hasStage(f.Value.Text) {
			return false
		}
	}
	for _, f := range rule.All("not_stage") {
		if s.hasStage(f.Value.Text) {
			return false
		}
	}
	return true
}

func (s State) hasStage(name string) bool {
	return slices.Contains(s.Stages, name)
}

// withLayers returns the message with just these layers.
func (m *Message) withLayers(layers []*Layer) *Message {
	out := &Message{Type: m.Type, Pos: m.Pos}
	for _, f := range m.Fields {
		if f.Name != "layer" {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, l := range layers {
		out.Fields = append(out.Fields, Field{Name: "layer", Def: m.Type.Field("layer"), Pos: l.Pos, Value: messageValue(l.Message)})
	}
	return out
}

package caffe

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// upgrader brings a NetParameter to the layers of today, in Caffe's order. It
// never changes a message that it was given.
type upgrader struct {
	// today is LayerParameter in the net's own schema.
	today    *schema.Message
	problems Problems
	warnings Problems
}

func (u *upgrader) problem(pos Pos, format string, args ...any) {
	u.problems = append(u.problems, problemf(pos, format, args...))
}

func (u *upgrader) warn(pos Pos, format string, args ...any) {
	u.warnings = append(u.warnings, problemf(pos, format, args...))
}

// net returns the upgraded message.
func (u *upgrader) net(m *Message) *Message {
	u.today = m.Type.Field("layer").Message
	old, today := m.All("layers"), m.All("layer")
	if len(old) > 0 && len(today) > 0 {
		u.problem(today[0].Pos, "the net has both layer and layers: Caffe allows either")
		return m
	}
	layers := make([]*Message, 0, len(old)+len(today))
	for _, f := range today {
		layers = append(layers, f.Value.Message)
	}
	if len(old) > 0 {
		layers = u.oldLayers(old)
	}
	if input := u.input(m); input != nil {
		layers = slices.Insert(layers, 0, input)
	}
	out := &Message{Type: m.Type, Pos: m.Pos}
	for _, f := range m.Fields {
		switch f.Name {
		case "layer", "layers", "input", "input_dim", "input_shape":
		default:
			out.Fields = append(out.Fields, f)
		}
	}
	for _, l := range layers {
		def := m.Type.Field("layer")
		out.Fields = append(out.Fields, Field{Name: "layer", Def: def, Pos: l.Pos, Value: messageValue(batchNorm(l))})
	}
	return out
}

// oldLayers upgrades layers of V0 and V1.
func (u *upgrader) oldLayers(fields []Field) []*Message {
	layers := make([]*Message, len(fields))
	for i, f := range fields {
		layers[i] = f.Value.Message
	}
	if slices.ContainsFunc(layers, func(l *Message) bool { return l.Has("layer") }) {
		layers = u.fromV0(layers)
	}
	for i, l := range layers {
		layers[i] = u.fromV1(l)
	}
	return layers
}

// input returns the Input layer that input, input_dim and input_shape say, or nil
// where they say none. An input without dims stays to be shaped. As in Caffe,
// input_shape wins over input_dim, and what is left over of either means nothing.
func (u *upgrader) input(m *Message) *Message {
	names := m.All("input")
	if len(names) == 0 {
		return nil
	}
	shapes := u.inputShapes(m, names)
	layer := &Message{Type: u.today, Pos: names[0].Pos}
	layer.Add("name", "input").Add("type", "Input")
	for _, f := range names {
		layer.Add("top", f.Value.Text)
	}
	param := layer.paramOf("input_param")
	for _, s := range shapes[:min(len(shapes), len(names))] {
		param.Add("shape", s)
	}
	return layer
}

// inputShapes returns the shapes of the inputs, or none if the net does not say
// them.
func (u *upgrader) inputShapes(m *Message, names []Field) []*Message {
	given, need := m.All("input_shape"), len(names)
	var shapes []*Message
	for _, f := range given {
		shapes = append(shapes, f.Value.Message)
	}
	if len(given) == 0 {
		given, need = m.All("input_dim"), 4*need
		shapes = dimShapes(given, u.today.Field("input_param").Message.Field("shape").Message)
	}
	if len(given) == 0 {
		return nil
	}
	what := given[0].Name
	if len(given) < need {
		u.problem(given[0].Pos, "have %d %s, need %d: %d for each input", len(given), what, need, need/len(names))
		return nil
	}
	if len(given) > need {
		u.warn(given[need].Pos, "have %d %s, need %d: the rest is passed over", len(given), what, need)
	}
	return shapes
}

// dimShapes makes a shape of every four input_dim.
func dimShapes(dims []Field, t *schema.Message) []*Message {
	var shapes []*Message
	for four := range slices.Chunk(dims, 4) {
		shape := &Message{Type: t, Pos: four[0].Pos}
		for _, d := range four {
			shape.Add("dim", int(int64(d.Value.Bits)))
		}
		shapes = append(shapes, shape)
	}
	return shapes
}

// batchNorm returns a layer with the lr_mult and decay_mult of a BatchNorm's three
// params set to 0: its blobs are measured, not learnt.
func batchNorm(l *Message) *Message {
	if l.text("type") != "BatchNorm" || len(l.All("param")) != 3 {
		return l
	}
	out := *l
	out.Fields = slices.Clone(l.Fields)
	for i, f := range out.Fields {
		if f.Name == "param" {
			param := f.Value.Message.without("lr_mult", "decay_mult").Add("lr_mult", float32(0)).Add("decay_mult", float32(0))
			out.Fields[i].Value = messageValue(param)
		}
	}
	return &out
}

// without returns a copy of the message that lacks the named fields.
func (m *Message) without(names ...string) *Message {
	out := &Message{Type: m.Type, Pos: m.Pos}
	for _, f := range m.Fields {
		if !slices.Contains(names, f.Name) {
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

// copyField appends a field under another message's type, and so under its
// number. The nameless field of a binary file is left out: its number means another
// thing there.
func (m *Message) copyField(name string, f Field) {
	if f.Value.Kind == RawValue {
		return
	}
	f.Name, f.Def = name, m.Type.Field(name)
	if f.Value.Kind == IntValue && f.Def != nil && f.Def.Kind == schema.Uint32 {
		f.Value = uintValue(uint64(uint32(f.Value.Bits)))
	}
	m.Fields = append(m.Fields, f)
}

// paramOf returns the message of a field, which it adds where it is missing.
func (m *Message) paramOf(field string) *Message {
	if p := m.sub(field); p != nil {
		return p
	}
	p := &Message{Type: m.Type.Field(field).Message, Pos: m.Pos}
	m.Add(field, p)
	return p
}

// transformFields are the fields of a data parameter that belong to
// transform_param today.
func transformFields(param string) []string {
	switch param {
	case "data_param", "image_data_param", "window_data_param":
		return []string{"scale", "mean_file", "crop_size", "mirror"}
	}
	return nil
}

// without returns a field that is a message with some of its fields moved out of
// it.
func (f Field) without(names []string, moved *[]Field) Field {
	if f.Value.Message == nil || len(names) == 0 {
		return f
	}
	for _, inner := range f.Value.Message.Fields {
		if slices.Contains(names, inner.Name) {
			*moved = append(*moved, inner)
		}
	}
	f.Value = messageValue(f.Value.Message.without(names...))
	return f
}

// transform sets fields of the layer's transform_param, over what it says itself.
func (m *Message) transform(fields []Field) {
	if len(fields) == 0 {
		return
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	param := m.paramOf("transform_param").without(names...)
	for _, f := range fields {
		param.copyField(f.Name, f)
	}
	m.Fields = slices.DeleteFunc(m.Fields, func(f Field) bool { return f.Name == "transform_param" })
	m.Add("transform_param", param)
}

// v1TypeName gives today's name of a V1 layer type. Caffe's schema names them in
// capitals; a fork's that it does not know stays as it is.
func v1TypeName(name string) string {
	if today, ok := v1Types[name]; ok {
		return today
	}
	return name
}

var v1Types = map[string]string{
	"NONE": "", "ABSVAL": "AbsVal", "ACCURACY": "Accuracy", "ARGMAX": "ArgMax", "BNLL": "BNLL",
	"CONCAT": "Concat", "CONTRASTIVE_LOSS": "ContrastiveLoss", "CONVOLUTION": "Convolution",
	"DECONVOLUTION": "Deconvolution", "DATA": "Data", "DROPOUT": "Dropout", "DUMMY_DATA": "DummyData",
	"EUCLIDEAN_LOSS": "EuclideanLoss", "ELTWISE": "Eltwise", "EXP": "Exp", "FLATTEN": "Flatten",
	"HDF5_DATA": "HDF5Data", "HDF5_OUTPUT": "HDF5Output", "HINGE_LOSS": "HingeLoss", "IM2COL": "Im2col",
	"IMAGE_DATA": "ImageData", "INFOGAIN_LOSS": "InfogainLoss", "INNER_PRODUCT": "InnerProduct",
	"LRN": "LRN", "MEMORY_DATA": "MemoryData", "MULTINOMIAL_LOGISTIC_LOSS": "MultinomialLogisticLoss",
	"MVN": "MVN", "POOLING": "Pooling", "POWER": "Power", "RELU": "ReLU", "SIGMOID": "Sigmoid",
	"SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss", "SILENCE": "Silence", "SLICE": "Slice",
	"SOFTMAX": "Softmax", "SOFTMAX_LOSS": "SoftmaxWithLoss", "SPLIT": "Split", "TANH": "TanH",
	"THRESHOLD": "Threshold", "WINDOW_DATA": "WindowData",
}

// fromV1 upgrades a V1 layer.
func (u *upgrader) fromV1(old *Message) *Message {
	l := &Message{Type: u.today, Pos: old.Pos}
	var params []*Message
	param := func(i int, pos Pos) *Message {
		for len(params) <= i {
			params = append(params, &Message{Type: u.today.Field("param").Message, Pos: pos})
		}
		return params[i]
	}
	var names, modes, rates, decays int
	var moved []Field
	for _, f := range old.Fields {
		switch f.Name {
		case "type":
			l.copyField("type", Field{Pos: f.Pos, Value: stringValue(v1TypeName(f.Value.Text))})
		case "param":
			param(names, f.Pos).copyField("name", f)
			names++
		case "blob_share_mode":
			param(modes, f.Pos).copyField("share_mode", f)
			modes++
		case "blobs_lr":
			param(rates, f.Pos).copyField("lr_mult", f)
			rates++
		case "weight_decay":
			param(decays, f.Pos).copyField("decay_mult", f)
			decays++
		default:
			l.copyField(f.Name, f.without(transformFields(f.Name), &moved))
		}
	}
	l.transform(moved)
	for _, p := range params {
		l.Add("param", p)
	}
	return l
}

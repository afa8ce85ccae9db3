package caffe

import (
	"slices"
	"strings"
)

// upgrader brings a NetParameter to the layers of today, in Caffe's order. It
// never changes a message that it was given.
type upgrader struct{ problems Problems }

func (u *upgrader) problem(pos Pos, format string, args ...any) {
	u.problems = append(u.problems, problemf(pos, format, args...))
}

// net returns the upgraded message.
func (u *upgrader) net(m *Message) *Message {
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
// where they say none. An input without dims stays to be shaped.
func (u *upgrader) input(m *Message) *Message {
	names := m.All("input")
	dims, shapes := m.All("input_dim"), m.All("input_shape")
	if len(names) == 0 {
		return nil
	}
	if len(dims) > 0 && len(shapes) > 0 {
		u.problem(shapes[0].Pos, "the net has both input_dim and input_shape: Caffe allows either")
		return nil
	}
	if len(dims) > 0 && len(dims) != 4*len(names) {
		u.problem(dims[0].Pos, "%d inputs need %d input_dim, have %d", len(names), 4*len(names), len(dims))
		return nil
	}
	if len(shapes) > 0 && len(shapes) != len(names) {
		u.problem(shapes[0].Pos, "%d inputs need as many input_shape, have %d", len(names), len(shapes))
		return nil
	}
	pos := names[0].Pos
	layer := newMessageAt("LayerParameter", pos).Add("name", "input").Add("type", "Input")
	param := newMessageAt("InputParameter", pos)
	for i, f := range names {
		layer.Add("top", f.Value.Text)
		if len(shapes) > 0 {
			param.Add("shape", shapes[i].Value.Message)
		}
		if len(dims) > 0 {
			shape := newMessageAt("BlobShape", dims[4*i].Pos)
			for _, d := range dims[4*i : 4*i+4] {
				shape.Add("dim", int(int64(d.Value.Bits)))
			}
			param.Add("shape", shape)
		}
	}
	return layer.Add("input_param", param)
}

// batchNorm returns a layer with the lr_mult of a BatchNorm's three params set to
// 0: its blobs are measured, not learnt.
func batchNorm(l *Message) *Message {
	if l.text("type") != "BatchNorm" || len(l.All("param")) != 3 {
		return l
	}
	out := *l
	out.Fields = slices.Clone(l.Fields)
	for i, f := range out.Fields {
		if f.Name == "param" {
			param := f.Value.Message.without("lr_mult").Add("lr_mult", float32(0))
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

func newMessageAt(typeName string, pos Pos) *Message {
	m := NewMessage(typeName)
	m.Pos = pos
	return m
}

// copyField appends a field under another message's type, and so under its
// number.
func (m *Message) copyField(name string, f Field) {
	f.Name, f.Def = name, m.Type.Field(name)
	m.Fields = append(m.Fields, f)
}

// paramOf returns the message of a field, which it adds where it is missing.
func (m *Message) paramOf(field string) *Message {
	if p := m.sub(field); p != nil {
		return p
	}
	p := newMessageAt(m.Type.Field(field).Message.Name, m.Pos)
	m.Add(field, p)
	return p
}

// transformFields are the fields of data parameters that belong to
// transform_param today.
var transformFields = []string{"scale", "mean_file", "crop_size", "mirror"}

// isDataParam reports whether old files have the transformation's fields in this
// field of a layer.
func isDataParam(name string) bool {
	return name == "data_param" || name == "image_data_param" || name == "window_data_param"
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
	l := newMessageAt("LayerParameter", old.Pos)
	var params []*Message
	param := func(i int, pos Pos) *Message {
		for len(params) <= i {
			params = append(params, newMessageAt("ParamSpec", pos))
		}
		return params[i]
	}
	var names, modes, rates, decays int
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
			u.v1Field(l, f)
		}
	}
	for _, p := range params {
		l.Add("param", p)
	}
	return l
}

// v1Field takes over a field that has the same name today. What the data
// parameters say of the transformation moves to transform_param.
func (u *upgrader) v1Field(l *Message, f Field) {
	if !isDataParam(f.Name) || f.Value.Message == nil {
		l.copyField(f.Name, f)
		return
	}
	for _, inner := range f.Value.Message.Fields {
		if slices.Contains(transformFields, inner.Name) {
			l.paramOf("transform_param").copyField(inner.Name, inner)
		}
	}
	f.Value = messageValue(f.Value.Message.without(transformFields...))
	l.copyField(f.Name, f)
}

// v0TypeName gives the V1 name of a V0 layer type, or "" for an unknown one.
func v0TypeName(name string) string {
	switch name {
	case "conv":
		return "CONVOLUTION"
	case "pool":
		return "POOLING"
	case "images":
		return "IMAGE_DATA"
	case "innerproduct":
		return "INNER_PRODUCT"
	}
	if upper := strings.ToUpper(name); v1Types[upper] != "" {
		return upper
	}
	return ""
}

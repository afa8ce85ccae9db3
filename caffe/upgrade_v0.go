package caffe

import (
	"maps"
	"slices"
	"strings"

	"github.com/prototxt2go/prototxt2go/internal/nearest"
)

// fromV0 returns V1 layers for those of V0, which wrap a V0LayerParameter.
// Padding layers are folded into the convolution or pooling that follows.
func (u *upgrader) fromV0(layers []*Message) []*Message {
	producer := map[string]*Message{} // the last layer that makes a blob
	var out []*Message
	for _, l := range layers {
		inner := l.sub("layer")
		if inner == nil {
			u.problem(l.Pos, "the net mixes layers of V0 and V1")
			continue
		}
		padding := u.padding(l, producer)
		if inner.text("type") != "padding" {
			out = append(out, u.v0Layer(l, inner, padding))
		}
		for _, top := range l.All("top") {
			producer[top.Value.Text] = l
		}
	}
	return out
}

func isPadding(l *Message) bool { return l != nil && l.sub("layer").text("type") == "padding" }

// padding returns the padding layer that a layer reads, or nil. Caffe folds it
// under the conditions that are checked here, and stops at any other.
func (u *upgrader) padding(l *Message, producer map[string]*Message) *Message {
	for _, f := range l.All("bottom") {
		padding := producer[f.Value.Text]
		if !isPadding(padding) {
			continue
		}
		typ := l.sub("layer").text("type")
		bottoms, tops := len(padding.All("bottom")), len(padding.All("top"))
		switch {
		case typ != "conv" && typ != "pool":
			u.problem(f.Pos, "a padding layer may only feed a conv or a pool, not a %s", typ)
		case len(l.All("bottom")) != 1:
			u.problem(f.Pos, "a layer that reads a padding layer has one bottom, not %d", len(l.All("bottom")))
		case bottoms != 1 || tops != 1:
			u.problem(padding.Pos, "a padding layer has one bottom and one top, not %d and %d", bottoms, tops)
		default:
			return padding
		}
	}
	return nil
}

// v0Layer upgrades one layer. Of the outer layer Caffe reads only the bottoms and
// tops; what no schema knows is kept too.
func (u *upgrader) v0Layer(l, inner, padding *Message) *Message {
	out := &Message{Type: l.Type, Pos: l.Pos}
	for _, f := range l.Fields {
		switch {
		case f.Name == "bottom" && padding != nil:
			out.copyField("bottom", padding.All("bottom")[0])
		case f.Name == "bottom" || f.Name == "top" || f.Def == nil:
			out.copyField(f.Name, f)
		}
	}
	for _, f := range inner.Fields {
		if f.Name != "pad" || padding == nil {
			u.v0Field(out, inner, f)
		}
	}
	if padding != nil {
		for _, f := range padding.sub("layer").All("pad") {
			u.v0Field(out, inner, f)
		}
	}
	return out
}

// v0Types gives the V1 names of the layer types that V0 had.
var v0Types = map[string]string{
	"accuracy": "ACCURACY", "bnll": "BNLL", "concat": "CONCAT", "conv": "CONVOLUTION", "data": "DATA", "dropout": "DROPOUT",
	"euclidean_loss": "EUCLIDEAN_LOSS", "flatten": "FLATTEN", "hdf5_data": "HDF5_DATA", "hdf5_output": "HDF5_OUTPUT",
	"im2col": "IM2COL", "images": "IMAGE_DATA", "infogain_loss": "INFOGAIN_LOSS", "innerproduct": "INNER_PRODUCT", "lrn": "LRN",
	"multinomial_logistic_loss": "MULTINOMIAL_LOGISTIC_LOSS", "pool": "POOLING", "relu": "RELU", "sigmoid": "SIGMOID",
	"softmax": "SOFTMAX", "softmax_loss": "SOFTMAX_LOSS", "split": "SPLIT", "tanh": "TANH", "window_data": "WINDOW_DATA",
}

// v0Type sets the type of a layer.
func (u *upgrader) v0Type(out, inner *Message, f Field) {
	name := f.Value.Text
	if v1, ok := v0Types[name]; ok {
		out.copyField("type", Field{Pos: f.Pos, Value: nameValue(v1)})
		return
	}
	hint := nearest.Hint(name, slices.Sorted(maps.Keys(v0Types)))
	u.problem(f.Pos, "layer %q: V0 has no layer type %q%s", inner.text("name"), name, hint)
}

// v0Params tells where a field of V0 belongs, by the layer's type: the parameter
// message and the field in it. The type "" holds for all.
var v0Params = map[string]map[string]string{
	"num_output":    {"conv": "convolution_param.num_output", "innerproduct": "inner_product_param.num_output"},
	"biasterm":      {"conv": "convolution_param.bias_term", "innerproduct": "inner_product_param.bias_term"},
	"weight_filler": {"conv": "convolution_param.weight_filler", "innerproduct": "inner_product_param.weight_filler"},
	"bias_filler":   {"conv": "convolution_param.bias_filler", "innerproduct": "inner_product_param.bias_filler"},
	"pad":           {"conv": "convolution_param.pad", "pool": "pooling_param.pad"},
	"kernelsize":    {"conv": "convolution_param.kernel_size", "pool": "pooling_param.kernel_size"},
	"group":         {"conv": "convolution_param.group"},
	"stride":        {"conv": "convolution_param.stride", "pool": "pooling_param.stride"},
	"pool":          {"pool": "pooling_param.pool"},
	"dropout_ratio": {"dropout": "dropout_param.dropout_ratio"},
	"local_size":    {"lrn": "lrn_param.local_size"},
	"alpha":         {"lrn": "lrn_param.alpha"},
	"beta":          {"lrn": "lrn_param.beta"},
	"k":             {"lrn": "lrn_param.k"},
	"source": {"data": "data_param.source", "hdf5_data": "hdf5_data_param.source", "images": "image_data_param.source",
		"window_data": "window_data_param.source", "infogain_loss": "infogain_loss_param.source"},
	"scale":    {"": "transform_param.scale"},
	"meanfile": {"": "transform_param.mean_file"},
	"batchsize": {"data": "data_param.batch_size", "hdf5_data": "hdf5_data_param.batch_size", "images": "image_data_param.batch_size",
		"window_data": "window_data_param.batch_size"},
	"cropsize":          {"": "transform_param.crop_size"},
	"mirror":            {"": "transform_param.mirror"},
	"rand_skip":         {"data": "data_param.rand_skip", "images": "image_data_param.rand_skip"},
	"shuffle_images":    {"images": "image_data_param.shuffle"},
	"new_height":        {"images": "image_data_param.new_height"},
	"new_width":         {"images": "image_data_param.new_width"},
	"concat_dim":        {"concat": "concat_param.concat_dim"},
	"det_fg_threshold":  {"window_data": "window_data_param.fg_threshold"},
	"det_bg_threshold":  {"window_data": "window_data_param.bg_threshold"},
	"det_fg_fraction":   {"window_data": "window_data_param.fg_fraction"},
	"det_context_pad":   {"window_data": "window_data_param.context_pad"},
	"det_crop_mode":     {"window_data": "window_data_param.crop_mode"},
	"hdf5_output_param": {"hdf5_output": "hdf5_output_param"},
}

// v0Field moves a field of V0 to where V1 has it.
func (u *upgrader) v0Field(out, inner *Message, f Field) {
	switch {
	case f.Name == "type":
		u.v0Type(out, inner, f)
		return
	case f.Name == "name" || f.Name == "blobs" || f.Name == "blobs_lr" || f.Name == "weight_decay" || f.Def == nil:
		out.copyField(f.Name, f)
		return
	}
	typ := inner.text("type")
	path := v0Params[f.Name][typ]
	if path == "" {
		path = v0Params[f.Name][""]
	}
	if path == "" {
		u.warn(f.Pos, "layer %q: V0's layer type %q has no %s: it is dropped", inner.text("name"), typ, f.Name)
		return
	}
	u.v0Param(out, path, f)
}

// v0Param sets the field of that path, such as convolution_param.pad.
func (u *upgrader) v0Param(out *Message, path string, f Field) {
	param, field, nested := strings.Cut(path, ".")
	if !nested {
		out.copyField(param, f)
		return
	}
	out.paramOf(param).copyField(field, f)
}

package caffe

import "strings"

// fromV0 returns V1 layers for those of V0, which wrap a V0LayerParameter.
// Padding layers are folded into the convolution or pooling that follows.
func (u *upgrader) fromV0(layers []*Message) []*Message {
	padding := map[string]*Message{} // by the blob that it makes
	var out []*Message
	for _, l := range layers {
		inner := l.sub("layer")
		switch {
		case inner == nil:
			u.problem(l.Pos, "the net mixes layers of V0 and V1")
		case inner.text("type") == "padding":
			for _, top := range l.All("top") {
				padding[top.Value.Text] = l
			}
		default:
			out = append(out, u.v0Layer(l, inner, padding))
		}
	}
	return out
}

// v0Layer upgrades one layer, which takes over the pad of the padding layers that
// it reads.
func (u *upgrader) v0Layer(l, inner *Message, padding map[string]*Message) *Message {
	typ := inner.text("type")
	out := newMessageAt("V1LayerParameter", l.Pos)
	out.Add("name", inner.text("name"))
	if v1 := v0TypeName(typ); v1 != "" {
		out.Add("type", v1)
	} else {
		u.problem(inner.Pos, "layer %q: V0 has no layer type %q", inner.text("name"), typ)
	}
	for _, f := range l.Fields {
		switch pad := padding[f.Value.Text]; {
		case f.Name == "layer":
		case f.Name != "bottom" || pad == nil:
			out.copyField(f.Name, f)
		case typ != "conv" && typ != "pool":
			u.problem(f.Pos, "layer %q: a padding layer may only feed a convolution or a pooling", inner.text("name"))
		default:
			u.foldPadding(out, pad, typ)
		}
	}
	for _, f := range inner.Fields {
		u.v0Field(out, inner, f)
	}
	return out
}

// foldPadding gives a layer the bottom and the pad of the padding layer before it.
func (u *upgrader) foldPadding(out, padding *Message, typ string) {
	bottoms := padding.All("bottom")
	if len(bottoms) != 1 {
		u.problem(padding.Pos, "a padding layer has one bottom, not %d", len(bottoms))
		return
	}
	out.copyField("bottom", bottoms[0])
	if pad := padding.sub("layer").All("pad"); len(pad) > 0 {
		u.v0Param(out, v0Params["pad"][typ], pad[0])
	}
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
	switch f.Name {
	case "name", "type":
		return
	case "blobs", "blobs_lr", "weight_decay":
		out.copyField(f.Name, f)
		return
	}
	typ := inner.text("type")
	path := v0Params[f.Name][typ]
	if path == "" {
		path = v0Params[f.Name][""]
	}
	if path == "" {
		u.problem(f.Pos, "layer %q: V0's layer type %q has no %s", inner.text("name"), typ, f.Name)
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

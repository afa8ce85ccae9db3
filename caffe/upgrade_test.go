package caffe

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

// readNet reads a net from text.
func readNet(t *testing.T, text string) *Net {
	n, err := Read("x.prototxt", []byte(text), Options{})
	require.NoError(t, err, "%s", text)
	return n
}

// upgraded requires that a text becomes another by its upgrade, with these
// warnings.
func upgraded(t *testing.T, text, want string, warnings ...string) {
	t.Helper()
	n := readNet(t, text)
	var got []string
	for _, w := range n.Warnings {
		got = append(got, w.Error())
	}
	require.Equal(t, warnings, got)
	today, _ := parse(t, "NetParameter", want)
	require.Equal(t, string(printText(t, today)), string(printText(t, n.Message)))
	require.True(t, today.Equal(n.Message))
}

func TestUpgradesAsCaffeDid(t *testing.T) {
	for _, age := range []string{"v0", "v1"} {
		t.Run(age, func(t *testing.T) {
			old, err := ReadFile(reftest.Path(t, "legacy", age+".prototxt"), Options{})
			require.NoError(t, err)
			require.Empty(t, old.Warnings)
			text, err := os.ReadFile(reftest.Path(t, "legacy", age+".upgraded.prototxt"))
			require.NoError(t, err)
			want, _ := parse(t, "NetParameter", string(text))
			require.True(t, want.Equal(old.Message), "%s", printText(t, old.Message))
		})
	}
}

// TestOldCaffemodelsUpgrade reads the weights that an old Caffe wrote.
func TestOldCaffemodelsUpgrade(t *testing.T) {
	for age, shapes := range map[string]map[string][]string{
		"v0": {"conv1": {"8x2x5x5", "1x1x1x8"}, "fc": {"1x1x9x1280"}},
		"v1": {"conv1": {"6x3x3x3", "1x1x1x6"}, "conv2": {"6x3x5x5", "1x1x1x6"}, "fc": {"1x1x11x108", "1x1x1x11"}},
	} {
		t.Run(age, func(t *testing.T) {
			n, err := ReadFile(reftest.Path(t, "legacy", age+".caffemodel"), Options{})
			require.NoError(t, err)
			got := map[string][]string{}
			for _, l := range n.Layers {
				for _, b := range l.Blobs {
					require.True(t, b.Legacy)
					got[l.Name] = append(got[l.Name], ShapeString(b.Shape))
				}
			}
			require.Equal(t, shapes, got)
			net, err := ReadFile(reftest.Path(t, "legacy", age+".prototxt"), Options{})
			require.NoError(t, err)
			require.Equal(t, len(shapes), net.LoadWeights(n).Loaded)
		})
	}
}

func TestOldDoubleDataIsRead(t *testing.T) {
	doubles := 0
	for _, age := range []string{"v0", "v1"} {
		n, err := ReadFile(reftest.Path(t, "legacy", age+".caffemodel"), Options{})
		require.NoError(t, err)
		for _, l := range n.Layers {
			for _, b := range l.Blobs {
				if b.Reader.(*elements).kind == float64Element {
					doubles++
				}
			}
		}
	}
	require.Equal(t, 1, doubles)
}

func TestEveryV1TypeHasANameOfToday(t *testing.T) {
	types := schema.BVLC().Enums()["V1LayerParameter.LayerType"]
	require.Len(t, v1Types, len(types.Values))
	for _, v := range types.Values {
		_, ok := v1Types[v.Name]
		require.True(t, ok, v.Name)
	}
	for v0, v1 := range v0Types {
		require.NotEmpty(t, v1Types[v1], v0)
	}
	require.Equal(t, "CROP", v1TypeName("CROP"), "a fork's stays")
}

// TestV0ParametersExist requires that what V0's fields become can hold them: the
// field exists, and with the same type of value.
func TestV0ParametersExist(t *testing.T) {
	v0, v1 := schema.Text().Message("V0LayerParameter"), schema.Text().Message("V1LayerParameter")
	for field, paths := range v0Params {
		from := v0.Field(field)
		require.NotNil(t, from, field)
		for typ, path := range paths {
			_, known := v0Types[typ]
			require.True(t, known || typ == "", "%s of %s", field, typ)
			param, name, nested := strings.Cut(path, ".")
			to := v1.Field(param)
			require.NotNil(t, to, path)
			if nested {
				to = to.Message.Field(name)
			}
			require.NotNil(t, to, path)
			if from.Kind == schema.Int32 {
				require.Equal(t, schema.Uint32, to.Kind, "copyField converts just this")
				continue
			}
			require.Equal(t, from.Kind, to.Kind, path)
			require.Same(t, from.Message, to.Message, path)
		}
	}
}

func TestV0Fields(t *testing.T) {
	upgraded(t, `layers { top: "d" layer { name: "d" type: "images" source: "s" scale: 0.5 meanfile: "m" batchsize: 3 cropsize: 4 mirror: true
			rand_skip: 5 shuffle_images: true new_height: 6 new_width: 7 } }
		layers { top: "w" layer { name: "w" type: "window_data" det_fg_threshold: 0.1 det_bg_threshold: 0.2 det_fg_fraction: 0.3 det_context_pad: 8 det_crop_mode: "c" } }
		layers { bottom: "w" top: "f" layer { name: "f" type: "innerproduct" num_output: 2 biasterm: false weight_filler { type: "x" } bias_filler { value: 1 }
			blobs_lr: 1 blobs_lr: 2 weight_decay: 3 } }
		layers { bottom: "w" bottom: "f" top: "c" layer { name: "c" type: "concat" concat_dim: 2 } }
		layers { bottom: "c" layer { name: "h" type: "hdf5_output" hdf5_output_param { file_name: "o" } } }`,
		`layer { name: "d" type: "ImageData" top: "d" transform_param { scale: 0.5 mean_file: "m" crop_size: 4 mirror: true }
			image_data_param { source: "s" batch_size: 3 rand_skip: 5 shuffle: true new_height: 6 new_width: 7 } }
		layer { name: "w" type: "WindowData" top: "w" window_data_param { fg_threshold: 0.1 bg_threshold: 0.2 fg_fraction: 0.3 context_pad: 8 crop_mode: "c" } }
		layer { name: "f" type: "InnerProduct" bottom: "w" top: "f" param { lr_mult: 1 decay_mult: 3 } param { lr_mult: 2 }
			inner_product_param { num_output: 2 bias_term: false weight_filler { type: "x" } bias_filler { value: 1 } } }
		layer { name: "c" type: "Concat" bottom: "w" bottom: "f" top: "c" concat_param { concat_dim: 2 } }
		layer { name: "h" type: "HDF5Output" bottom: "c" hdf5_output_param { file_name: "o" } }`)
}

func TestV0LeavesOutWhatCaffeDoes(t *testing.T) {
	upgraded(t, `layers { name: "outer" loss_weight: 2 mine: 1 layer { name: "a" type: "relu" num_output: 3 new_num: 2 } bottom: "x" top: "y" }`,
		`layer { name: "a" type: "ReLU" bottom: "x" top: "y" mine: 1 }`,
		"x.prototxt:1:39: V1LayerParameter has no field mine: it is kept, and has no effect",
		`x.prototxt:1:78: layer "a": V0's layer type "relu" has no num_output: it is dropped`,
		`x.prototxt:1:92: layer "a": V0's layer type "relu" has no new_num: it is dropped`)
}

const (
	dataV0    = `layers { layer { name: "d" type: "data" } top: "d" } `
	paddingV0 = `layers { layer { name: "p" type: "padding" pad: 2 } bottom: "d" top: "p" } `
)

func TestV0PaddingIsFolded(t *testing.T) {
	data := `layer { name: "d" type: "Data" top: "d" } `
	conv := func(pad string) string {
		return data + `layer { name: "c" type: "Convolution" bottom: "d" top: "c" convolution_param { kernel_size: 3 ` + pad + ` } }`
	}
	for name, c := range map[string]struct{ text, want string }{
		"conv": {dataV0 + paddingV0 + `layers { layer { name: "c" type: "conv" kernelsize: 3 } bottom: "p" top: "c" }`, conv("pad: 2")},
		"the padding layer's pad wins": {dataV0 + paddingV0 + `layers { layer { name: "c" type: "conv" kernelsize: 3 pad: 9 } bottom: "p" top: "c" }`,
			conv("pad: 2")},
		"no padding": {dataV0 + `layers { layer { name: "c" type: "conv" kernelsize: 3 pad: 9 } bottom: "d" top: "c" }`, conv("pad: 9")},
		"pool": {dataV0 + paddingV0 + `layers { layer { name: "o" type: "pool" pool: AVE kernelsize: 3 stride: 2 } bottom: "p" top: "o" }`,
			data + `layer { name: "o" type: "Pooling" bottom: "d" top: "o" pooling_param { pool: AVE pad: 2 kernel_size: 3 stride: 2 } }`},
		"a name used again": {dataV0 + paddingV0 + `layers { layer { name: "c" type: "conv" } bottom: "p" top: "p" } layers { layer { name: "r" type: "relu" } bottom: "p" top: "p" }`,
			data + `layer { name: "c" type: "Convolution" bottom: "d" top: "p" convolution_param { pad: 2 } } layer { name: "r" type: "ReLU" bottom: "p" top: "p" }`},
		"two readers": {dataV0 + paddingV0 + `layers { layer { name: "a" type: "conv" } bottom: "p" top: "a" } layers { layer { name: "b" type: "conv" } bottom: "p" top: "b" }`,
			data + `layer { name: "a" type: "Convolution" bottom: "d" top: "a" convolution_param { pad: 2 } }
			layer { name: "b" type: "Convolution" bottom: "d" top: "b" convolution_param { pad: 2 } }`},
	} {
		t.Run(name, func(t *testing.T) { upgraded(t, c.text, c.want) })
	}
}

func TestUpgradeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"layer and layers": {"layers { }\nlayer { name: \"a\" }", "x.prototxt:2:1: the net has both layer and layers: Caffe allows either"},
		"V0 and V1":        {dataV0 + "\nlayers { type: RELU }", "x.prototxt:2:8: the net mixes layers of V0 and V1"},
		"padding into relu": {dataV0 + paddingV0 + "\nlayers { layer { type: \"relu\" } bottom: \"p\" }",
			"x.prototxt:2:33: a padding layer may only feed a conv or a pool, not a relu"},
		"padding into padding": {dataV0 + paddingV0 + "\n" + `layers { layer { type: "padding" } bottom: "p" top: "q" }`,
			"x.prototxt:2:36: a padding layer may only feed a conv or a pool, not a padding"},
		"padding beside another": {dataV0 + paddingV0 + "\n" + `layers { layer { type: "conv" } bottom: "p" bottom: "d" }`,
			"x.prototxt:2:33: a layer that reads a padding layer has one bottom, not 2"},
		"padding of two": {dataV0 + `layers { layer { type: "padding" } bottom: "d" bottom: "d" top: "p" top: "q" } layers { layer { type: "conv" } bottom: "q" }`,
			"x.prototxt:1:61: a padding layer has one bottom and one top, not 2 and 2"},
		"unknown V0 type": {`layers { layer { name: "c" type: "Convolution" } } layers { layer { name: "s" type: "softmx" } }`,
			"x.prototxt:1:28: layer \"c\": V0 has no layer type \"Convolution\"\n" +
				"x.prototxt:1:79: layer \"s\": V0 has no layer type \"softmx\" (did you mean softmax?)"},
		"too few input_dim":   {`input: "a" input_dim: [1, 2, 3]`, "x.prototxt:1:12: have 3 input_dim, need 4: 4 for each input"},
		"too few input_shape": {`input: "a" input: "b" input_shape { dim: 1 }`, "x.prototxt:1:23: have 1 input_shape, need 2: 1 for each input"},
		"no layer":            {`name: "n"`, "x.prototxt: there is no layer in it: is it a net?"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("x.prototxt", []byte(c.text), Options{})
			require.EqualError(t, err, c.want)
		})
	}
}

func TestV1Params(t *testing.T) {
	upgraded(t, `layers { name: "c" type: 4 bottom: "b" top: "t" param: "w" param: "" blob_share_mode: PERMISSIVE blobs_lr: [1, 2, 3] weight_decay: 0.5
			loss_weight: 2 include { phase: TEST } convolution_param { num_output: 2 } }
		layers { type: NONE } layers { name: "e" type: CROP include { stage: "s" } exclude { stage: "x" } }`,
		`layer { name: "c" type: "Convolution" bottom: "b" top: "t" param { name: "w" share_mode: PERMISSIVE lr_mult: 1 decay_mult: 0.5 } param { name: "" lr_mult: 2 } param { lr_mult: 3 }
			loss_weight: 2 include { phase: TEST } convolution_param { num_output: 2 } }
		layer { type: "" } layer { name: "e" type: "CROP" include { stage: "s" } exclude { stage: "x" } }`,
		"x.prototxt:3:50: V1LayerParameter.LayerType has no value CROP: it is kept as it is")
}

// TestV1WithParametersOfToday reads what forks wrote: V1 layers with the
// parameters of layers that V1 never had.
func TestV1WithParametersOfToday(t *testing.T) {
	n := readNet(t, `layers { name: "b" type: BN phase: TRAIN batch_norm_param { eps: 0.5 } bn_param { bn_mode: INFERENCE } mine_param { eps: 1 } propagate_down: true }`)
	var p struct{ Eps float32 }
	require.NoError(t, n.Layers[0].Decode("batch_norm_param", &p))
	require.Equal(t, float32(0.5), p.Eps)
	require.Equal(t, Train, n.Layers[0].Phase)
	require.ErrorContains(t, n.Layers[0].Decode("mine_param", &p), "no schema has the parameters mine_param of type BN")
	readPrintRead(t, "upgraded", n.Message)
	var b strings.Builder
	dropped, err := n.WriteBinary(&b)
	require.NoError(t, err)
	require.Len(t, dropped, 2, "bn_param and mine_param: %v", dropped)
	again, err := Read("x.caffemodel", []byte(b.String()), Options{})
	require.NoError(t, err)
	require.NoError(t, again.Layers[0].Decode("batch_norm_param", &p))
	require.Equal(t, float32(0.5), p.Eps)
}

func TestDataTransformationMoves(t *testing.T) {
	for _, c := range []struct{ v1, param, today string }{
		{"DATA", "data_param", "Data"}, {"IMAGE_DATA", "image_data_param", "ImageData"}, {"WINDOW_DATA", "window_data_param", "WindowData"},
	} {
		upgraded(t, `layers { type: `+c.v1+` `+c.param+` { source: "s" scale: 0.5 mean_file: "m" crop_size: 3 mirror: true } }`,
			`layer { type: "`+c.today+`" `+c.param+` { source: "s" } transform_param { scale: 0.5 mean_file: "m" crop_size: 3 mirror: true } }`)
	}
	const want = `layer { type: "Data" data_param { } transform_param { mean_value: 5 scale: 0.5 } }`
	upgraded(t, `layers { type: DATA data_param { scale: 0.5 } transform_param { scale: 2 mean_value: 5 } }`, want)
	upgraded(t, `layers { type: DATA transform_param { scale: 2 mean_value: 5 } data_param { scale: 0.5 } }`, want)
	const today = `layer { type: "Data" data_param { scale: 0.5 } }`
	upgraded(t, today, today)
}

func TestUpgradeLeavesTheReadMessageAlone(t *testing.T) {
	for _, text := range []string{
		`layers { type: DATA transform_param { scale: 2 } data_param { scale: 0.5 mirror: true } }`,
		`layer { type: "BatchNorm" param { lr_mult: 1 } param {} param {} }`,
		`input: "a" input_dim: [1, 2, 3, 4] layer { type: "ReLU" }`,
		dataV0 + paddingV0 + `layers { layer { type: "conv" pad: 1 } bottom: "p" }`,
	} {
		m, _ := parse(t, "NetParameter", text)
		before := string(printText(t, m))
		n, err := NewNet(m)
		require.NoError(t, err)
		require.Equal(t, before, string(printText(t, m)))
		require.NotEqual(t, before, string(printText(t, n.Message)))
	}
}

func TestInputs(t *testing.T) {
	const relu = ` layer { name: "r" type: "ReLU" bottom: "a" top: "a" }`
	input := func(tops, param string) string {
		return `layer { name: "input" type: "Input" ` + tops + ` input_param { ` + param + ` } }` + relu
	}
	const shapes = `shape { dim: [1, 2, 3, 4] }`
	upgraded(t, `input: "a" input_dim: [1, 2, 3, 4]`+relu, input(`top: "a"`, shapes))
	upgraded(t, `input: "a" input_shape { dim: [1, 2, 3, 4] }`+relu, input(`top: "a"`, shapes))
	upgraded(t, relu+`input: "a" input: "b" input_shape { dim: [1, 2, 3, 4] } input_shape { dim: -1 }`,
		input(`top: "a" top: "b"`, shapes+` shape { dim: -1 }`))
	upgraded(t, `input: "a"`+relu, input(`top: "a"`, ""))
	upgraded(t, `input_dim: 1`+relu, relu)
	upgraded(t, `input: "a" input_dim: 9 input_shape { dim: [1, 2, 3, 4] }`+relu, input(`top: "a"`, shapes))
	upgraded(t, `input: "a" input_dim: [1, 2, 3, 4, 5]`+relu, input(`top: "a"`, shapes),
		"x.prototxt:1:12: have 5 input_dim, need 4: the rest is passed over")
}

func TestBatchNormIsNotLearnt(t *testing.T) {
	upgraded(t, `layer { type: "BatchNorm" param { lr_mult: 1 name: "m" } param { decay_mult: 3 } param { } }`,
		`layer { type: "BatchNorm" param { name: "m" lr_mult: 0 decay_mult: 0 } param { lr_mult: 0 decay_mult: 0 } param { lr_mult: 0 decay_mult: 0 } }`)
	for _, text := range []string{
		`layer { type: "BatchNorm" param { lr_mult: 1 } param { } }`,
		`layer { type: "Scale" param { lr_mult: 1 } param { } param { } }`,
	} {
		upgraded(t, text, text)
	}
}

// TestUpgradeKeepsToTheUsersSchema upgrades old layers whose parameters the user's
// own schema explains.
func TestUpgradeKeepsToTheUsersSchema(t *testing.T) {
	s, err := schema.Extend("mine.proto", strings.NewReader(`message LayerParameter { optional MineParameter mine_param = 9001; }
		message MineParameter { optional int32 size = 1 [default = 7]; }`))
	require.NoError(t, err)
	n, err := Read("x.prototxt", []byte(`input: "a" input_dim: [1, 1, 1, 1]
		layers { name: "m" type: MINE mine_param { size: 3 } } layers { name: "n" type: MINE }`), Options{Schema: s})
	require.NoError(t, err)
	var sizes []int
	for _, l := range n.Layers[1:] {
		var p struct{ Size int }
		require.NoError(t, l.Decode("mine_param", &p))
		sizes = append(sizes, p.Size)
	}
	require.Equal(t, []int{3, 7}, sizes)
	require.Same(t, s.Message("LayerParameter"), n.Layers[0].Message.Type)
}

// TestNamelessFieldsDoNotCrossAges requires that the number of an unknown V1 field
// is not taken for that of a field of today.
func TestNamelessFieldsDoNotCrossAges(t *testing.T) {
	n, err := Read("x.caffemodel", wire{}.bytes(netLayers, wire{}.text(v1Name, "a").varint(v1Type, 18).text(106, "conv?")), Options{})
	require.NoError(t, err)
	require.Equal(t, "layer {\n  name: \"a\"\n  type: \"ReLU\"\n}\n", string(printText(t, n.Message)))
}

func TestV0TypesAreCaffes(t *testing.T) {
	// What UpgradeV0LayerType of BVLC Caffe takes, by its V1 name.
	require.Equal(t, []string{
		"ACCURACY", "BNLL", "CONCAT", "CONVOLUTION", "DATA", "DROPOUT", "EUCLIDEAN_LOSS", "FLATTEN", "HDF5_DATA", "HDF5_OUTPUT",
		"IM2COL", "IMAGE_DATA", "INFOGAIN_LOSS", "INNER_PRODUCT", "LRN", "MULTINOMIAL_LOGISTIC_LOSS", "POOLING", "RELU", "SIGMOID",
		"SOFTMAX", "SOFTMAX_LOSS", "SPLIT", "TANH", "WINDOW_DATA",
	}, slices.Sorted(maps.Values(v0Types)))
}

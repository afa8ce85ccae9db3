package caffe

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// parse reads a text as a message of a type of the text schema.
func parse(t *testing.T, typeName, text string) (*Message, Problems) {
	m, warnings, err := ParseMessage("x.prototxt", []byte(text), schema.Text().Message(typeName))
	require.NoError(t, err, "%s", text)
	return m, warnings
}

// problems returns the lines of a text's error.
func problems(t *testing.T, typeName, text string) []string {
	_, _, err := ParseMessage("x", []byte(text), schema.Text().Message(typeName))
	require.Error(t, err, "%s", text)
	return strings.Split(err.Error(), "\n")
}

func TestFormsOfMessages(t *testing.T) {
	want, _ := parse(t, "LayerParameter", "name: \"a\" top: \"x\" top: \"y\" pooling_param { pool: AVE kernel_size: 3 } include { phase: TEST }")
	for name, text := range map[string]string{
		"colon before brace":     "name: \"a\" top: \"x\" top: \"y\" pooling_param: { pool: AVE kernel_size: 3 } include: { phase: TEST }",
		"angle brackets":         "name: \"a\" top: \"x\" top: \"y\" pooling_param < pool: AVE kernel_size: 3 > include: < phase: TEST >",
		"separators":             "name: \"a\"; top: \"x\", top: \"y\",; pooling_param { pool: AVE; kernel_size: 3, }; include { phase: TEST },",
		"single quotes":          "name: 'a' top: 'x' top: 'y' pooling_param { pool: AVE kernel_size: 3 } include { phase: TEST }",
		"lists":                  "name: \"a\" top: [\"x\", 'y'] pooling_param { pool: AVE kernel_size: 3 } include: [{ phase: TEST }]",
		"list without colon":     "name: \"a\" top: [\"x\", \"y\",] top: [] pooling_param { pool: AVE kernel_size: 3 } include [<phase: TEST>]",
		"enums by number":        "name: \"a\" top: \"x\" top: \"y\" pooling_param { pool: 1 kernel_size: 3 } include { phase: 0x1 }",
		"no white space":         "name:\"a\"top:\"x\"top:\"y\"pooling_param{pool:AVE kernel_size:3}include{phase:TEST}",
		"comments":               "# {\nname: # \"b\"\n\"a\"#\ntop: \"x\" top: \"y\" pooling_param #\n{ pool: AVE kernel_size: 3 } include { phase: TEST } # the end",
		"CRLF":                   "name: \"a\"\r\ntop: \"x\" # c\r\ntop: \"y\"\r\npooling_param {\r\npool: AVE\r\nkernel_size: 3\r\n}\r\ninclude { phase: TEST }\r\n",
		"byte order mark":        "\xef\xbb\xbfname: \"a\" top: \"x\" top: \"y\" pooling_param { pool: AVE kernel_size: 3 } include { phase: TEST }",
		"another order":          "include { phase: TEST } pooling_param { kernel_size: 3 pool: AVE } top: \"x\" name: \"a\" top: \"y\"",
		"adjacent strings":       "name: \"\" 'a' top: 'x'\"\" top: \"y\" '' pooling_param { pool: AVE kernel_size: 3 } include { phase: TEST }",
		"tabs, feeds":            "name:\v\"a\"\ftop:\t\"x\" top: \"y\" pooling_param { pool: AVE kernel_size: 3 } include { phase: TEST }",
		"a colon on its own row": "name\n:\n\"a\" top: \"x\" top: \"y\" pooling_param\n{ pool: AVE kernel_size: 3 } include { phase: TEST }",
	} {
		t.Run(name, func(t *testing.T) {
			got, warnings := parse(t, "LayerParameter", text)
			require.Empty(t, warnings)
			require.True(t, want.Equal(got), "%s", printText(t, got))
		})
	}
}

func TestEqualTellsMessagesApart(t *testing.T) {
	const text = "name: \"a\" top: \"x\" top: \"y\" pooling_param { pool: AVE }"
	m, _ := parse(t, "LayerParameter", text)
	for _, other := range []string{
		"name: \"b\" top: \"x\" top: \"y\" pooling_param { pool: AVE }",
		"name: \"a\" top: \"y\" top: \"x\" pooling_param { pool: AVE }",
		"name: \"a\" top: \"x\" pooling_param { pool: AVE }",
		"name: \"a\" top: \"x\" top: \"y\" pooling_param { pool: MAX }",
		"name: \"a\" top: \"x\" top: \"y\" pooling_param { pool: AVE pad: 0 }",
		"name: \"a\" top: \"x\" top: \"y\" pooling_param { pool: AVE } whatever: 1",
		"name: \"a\" top: \"x\" bottom: \"y\" pooling_param { pool: AVE }",
	} {
		o, _ := parse(t, "LayerParameter", other)
		require.False(t, m.Equal(o), other)
		require.False(t, o.Equal(m), other)
	}
}

func TestScalars(t *testing.T) {
	for _, c := range []struct {
		owner, field, text string
		want               Value
	}{
		{"PowerParameter", "scale", "1.", floatValue(1)},
		{"PowerParameter", "scale", ".5", floatValue(0.5)},
		{"PowerParameter", "scale", "1e-3", floatValue(float64(float32(1e-3)))},
		{"PowerParameter", "scale", "1E+2", floatValue(100)},
		{"PowerParameter", "scale", "0.1f", floatValue(float64(float32(0.1)))},
		{"PowerParameter", "scale", "1.F", floatValue(1)},
		{"PowerParameter", "scale", "-2", floatValue(-2)},
		{"PowerParameter", "scale", "- 2", floatValue(-2)},
		{"PowerParameter", "scale", "-0", floatValue(math.Copysign(0, -1))},
		{"PowerParameter", "scale", "inf", floatValue(math.Inf(1))},
		{"PowerParameter", "scale", "-Infinity", floatValue(math.Inf(-1))},
		{"PowerParameter", "scale", "nan", floatValue(float64(float32(math.NaN())))},
		{"PowerParameter", "scale", "-nan", floatValue(float64(float32(math.NaN())))},
		{"PowerParameter", "scale", "1e39", floatValue(math.Inf(1))},
		{"PowerParameter", "scale", "1e999", floatValue(math.Inf(1))},
		{"PowerParameter", "scale", "1e-999", floatValue(0)},
		// Rounded to double first, this is halfway between two floats and goes to
		// the even one; straight to float it would go up.
		{"PowerParameter", "scale", "1.00000017881393432617187499", floatValue(float64(math.Nextafter32(1, 2)) + 0x1p-23)},
		{"BlobProto", "double_data", "0.1", floatValue(0.1)},
		{"ConcatParameter", "axis", "0x7F", intValue(127)},
		{"ConcatParameter", "axis", "-0X80", intValue(-128)},
		{"ConcatParameter", "axis", "017", intValue(15)},
		{"ConcatParameter", "axis", "0", intValue(0)},
		{"ConcatParameter", "axis", "-2147483648", intValue(math.MinInt32)},
		{"ConcatParameter", "axis", "2147483647", intValue(math.MaxInt32)},
		{"BlobShape", "dim", "-9223372036854775808", intValue(math.MinInt64)},
		{"BlobShape", "dim", "9223372036854775807", intValue(math.MaxInt64)},
		{"PoolingParameter", "pad", "4294967295", uintValue(math.MaxUint32)},
		{"ConcatParameter", "concat_dim", "+1", uintValue(1)},
		{"ScaleParameter", "bias_term", "true", boolValue(true)},
		{"ScaleParameter", "bias_term", "True", boolValue(true)},
		{"ScaleParameter", "bias_term", "t", boolValue(true)},
		{"ScaleParameter", "bias_term", "1", boolValue(true)},
		{"ScaleParameter", "bias_term", "0x01", boolValue(true)},
		{"ScaleParameter", "bias_term", "false", boolValue(false)},
		{"ScaleParameter", "bias_term", "False", boolValue(false)},
		{"ScaleParameter", "bias_term", "f", boolValue(false)},
		{"ScaleParameter", "bias_term", "00", boolValue(false)},
		{"PoolingParameter", "pool", "STOCHASTIC", nameValue("STOCHASTIC")},
		{"PoolingParameter", "pool", "2", nameValue("STOCHASTIC")},
		{"LayerParameter", "name", `"it's" 'a "b"' "\t\\\'\101\x42\u00e9\ud83d\ude00\U0001f600"`, stringValue("it'sa \"b\"\t\\'ABé😀😀")},
		{"LayerParameter", "name", "\"né\xff\"", stringValue("né\xff")},
	} {
		t.Run(c.field+":"+c.text, func(t *testing.T) {
			m, warnings := parse(t, c.owner, c.field+": "+c.text)
			require.Empty(t, warnings)
			got, ok := m.Get(c.field)
			require.True(t, ok)
			require.Equal(t, c.want, got)
		})
	}
}

func TestPositions(t *testing.T) {
	m, _ := parse(t, "NetParameter", "\xef\xbb\xbfname: \"é\" force_backward: true\nlayer {\r\n\ttop: [\"a\",\n \"b\"] }\n")
	at := func(p Pos) string {
		line, column := p.LineColumn()
		return fmt.Sprint(line, ":", column)
	}
	require.Equal(t, "x.prototxt:1:1", m.Fields[0].Pos.String())
	require.Equal(t, "1:11", at(m.Fields[1].Pos), "columns count characters, not bytes")
	require.Equal(t, "2:1", at(m.Fields[2].Pos))
	layer := m.sub("layer")
	require.Equal(t, "2:7", at(layer.Pos))
	require.Equal(t, "3:2", at(layer.Fields[0].Pos))
	line, column := Pos{File: &File{Name: "x"}, Offset: 3}.LineColumn()
	require.Zero(t, line+column, "a binary file has no lines")
	require.Empty(t, Pos{}.String())
}

func TestUnknownIsKeptWithAWarning(t *testing.T) {
	const text = `name: "n"
layer {
  name: "p"
  type: "Pooling"
  pooling_param { kernal_size: 3 pool: AVE_TF kernel_size: 2 }
  homemade_options { a: 0x1F b: BAR c: "s" 't' c: 'u' d { e: -1.50 f: -x } l: [1, 2] }
  convolution_param { engine: 9 }
  Top: "x"
}
`
	m, warnings := parse(t, "NetParameter", text)
	var lines []string
	for _, w := range warnings {
		lines = append(lines, w.Error())
	}
	require.Equal(t, []string{
		"x.prototxt:5:19: PoolingParameter has no field kernal_size (did you mean kernel_size?): it is kept, and has no effect",
		"x.prototxt:5:40: PoolingParameter.PoolMethod has no value AVE_TF: it is kept as it is",
		"x.prototxt:6:3: LayerParameter has no field homemade_options: it is kept, and has no effect",
		"x.prototxt:7:31: ConvolutionParameter.Engine has no value of number 9: it is kept as it is",
		"x.prototxt:8:3: LayerParameter has no field Top (did you mean top?): it is kept, and has no effect",
	}, lines)
	require.Equal(t, `name: "n"
layer {
  name: "p"
  type: "Pooling"
  convolution_param {
    engine: 9
  }
  pooling_param {
    pool: AVE_TF
    kernel_size: 2
    kernal_size: 3
  }
  homemade_options {
    a: 0x1F
    b: BAR
    c: "st"
    c: "u"
    d {
      e: -1.50
      f: -x
    }
    l: 1
    l: 2
  }
  Top: "x"
}
`, string(printText(t, m)))
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"missing colon", "layer {\n name \"a\" }", "x:2:7: expected ':' or '{' after name, found '\"a\"'"},
		{"unclosed brace", "layer {\n name: \"a\"\n", "x:1:7: '{' is never closed"},
		{"unclosed angle", "layer <\n name: \"a\"\n", "x:1:7: '<' is never closed"},
		{"stray brace", "name: \"a\"\n}\n", "x:2:1: '}' closes nothing"},
		{"wrong closing", "layer { name: \"a\" >", "x:1:19: expected '}' for the opening mark of 1:7, found '>'"},
		{"string for a number", "layer { pooling_param { pad: \"1\" } }", "x:1:30: pad is an integer, not a string"},
		{"number for a string", "layer { name: 1 }", "x:1:15: name is a string, not 1"},
		{"word for a string", "layer { type: ReLU }", "x:1:15: type is a string, not ReLU"},
		{"word for a bool", "force_backward: yes", "x:1:17: force_backward is true or false, not yes"},
		{"bool out of range", "force_backward: 2", "x:1:17: force_backward is true or false, not 2"},
		{"scalar for a message", "layer: 5", "x:1:8: layer is a message {…}, not 5"},
		{"string for a message", "layer: \"x\"", "x:1:8: layer is a message {…}, not a string"},
		{"message for a scalar", "name { a: 1 }", "x:1:6: name is a string, not a message"},
		{"string for an enum", "layer { pooling_param { pool: \"MAX\" } }", "x:1:31: pool is one of MAX, AVE, STOCHASTIC, not a string"},
		{"fraction for an integer", "input_dim: 1.5", "x:1:12: input_dim is an integer, not 1.5"},
		{"too large", "input_dim: 2147483648", "x:1:12: input_dim cannot be 2147483648: it is out of range"},
		{"far too large", "input_dim: 99999999999999999999", "x:1:12: input_dim cannot be 99999999999999999999: it is out of range"},
		{"too small", "input_dim: -2147483649", "x:1:12: input_dim cannot be -2147483649: it is out of range"},
		{"negative unsigned", "layer { pooling_param { pad: -1 } }", "x:1:30: pad cannot be -1: it is out of range"},
		{"no octal", "input_dim: 08", "x:1:12: input_dim is an integer, not 08"},
		{"no hex", "input_dim: 0x", "x:1:12: input_dim is an integer, not 0x"},
		{"no float", "layer { loss_weight: 1.2.3 }", "x:1:22: loss_weight is a number, not 1.2.3"},
		{"hex float", "layer { loss_weight: 0x1p3 }", "x:1:22: loss_weight is a number, not 0x1p3"},
		{"duplicate", "name: \"a\"\nname: \"b\"", "x:2:1: name is given a second time"},
		{"template", "layer { inner_product_param { num_output: NUM_OUTPUTS } }", "x:1:43: num_output is an integer, not NUM_OUTPUTS"},
		{"template in braces", "layer { inner_product_param { num_output: {{n}} } }", "x:1:43: num_output is an integer, not a message"},
		{"percent template", "input_dim: %d", "x:1:12: expected a value, found '%'"},
		{"stray quote", "layer {\n name: \"a\n top: \"b\"\n}", "x:2:8: the string does not end on its line"},
		{"quote at the end", "name: \"", "x:1:7: the string does not end on its line"},
		{"unknown escape", `name: "a\q"`, `x:1:7: a string holds the unknown escape \q`},
		{"octal escape", `name: "\777"`, `x:1:7: a string holds \777, which is no byte`},
		{"hex escape", `name: "\xg"`, `x:1:7: a string holds the unknown escape \x`},
		{"unicode escape", `name: "\u12"`, `x:1:7: a string holds \u without a character's number behind it`},
		{"beyond Unicode", `name: "\U00110000"`, `x:1:7: a string holds \U without a character's number behind it`},
		{"two halves of a pair", `name: "\ud83d\ud83d"`, `x:1:7: a string holds \u without a character's number behind it`},
		{"half a pair", `name: "\ud83dx"`, `x:1:7: a string holds \u without a character's number behind it`},
		{"no value", "name:\nlayer {}", "x:1:1: name has no value"},
		{"no value at the end", "name:", "x:1:6: expected a value, found the end of the file"},
		{"nothing behind a name", "name", "x:1:5: expected ':' or '{' after name, found the end of the file"},
		{"list for one", "name: [\"a\"]", "x:1:7: name takes one value, not a list"},
		{"list without a comma", "input_dim: [1 2]", "x:1:15: expected ',' or ']' in the list of input_dim, found '2'"},
		{"open list", "input_dim: [1,", "x:1:15: expected a value, found the end of the file"},
		{"list without a colon", "input_dim [1]", "x:1:11: expected ':' or '{' after input_dim, found '['"},
		{"extension", "[caffe.foo]: 1", "x:1:1: extensions in brackets are not of Caffe's text format"},
		{"number for a name", "1: 2", "x:1:1: expected a field's name, found '1'"},
		{"braces in what is skipped", "name 5 { a { b: 1 }\n c: 2 }\nlayer {}", "x:1:6: expected ':' or '{' after name, found '5'"},
		{"message where a name belongs", "layer { { name: \"a\" } }", "x:1:9: expected a field's name, found '{'"},
		{"unclosed message for a scalar", "name: { a {", "x:1:7: name is a string, not a message"},
		{"negative bool", "force_backward: -1", "x:1:17: force_backward is true or false, not -1"},
		{"negative enum", "layer { phase: -TEST }", "x:1:16: phase is one of TRAIN, TEST, QUAN, INT8, not -TEST"},
		{"fraction for an enum", "layer { phase: 1.5 }", "x:1:16: phase is one of TRAIN, TEST, QUAN, INT8, not 1.5"},
		{"string for an enum of many", "layers { type: \"ReLU\" }", "x:1:16: type is one of V1LayerParameter.LayerType, not a string"},
		{"foreign character", "näme: 1", "x:1:2: expected ':' or '{' after n, found 'ä'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, []string{c.want}, problems(t, "NetParameter", c.text))
		})
	}
}

func TestAllProblemsAreReportedInOrder(t *testing.T) {
	require.Equal(t, []string{
		"x:1:7: name is a string, not 5",
		"x:3:9: expected ':' or '{' after name, found '\"a\"'",
		"x:4:9: type is a string, not ReLU",
		"x:5:35: num_output is an integer, not NUM",
		"x:6:13: name is given a second time",
		"x:9:1: force_backward has no value",
		"x:11:1: '}' closes nothing",
		"x:12:7: '{' is never closed",
	}, problems(t, "NetParameter", `name: 5
layer {
  name  "a"
  type: ReLU
  convolution_param { num_output: NUM kernel_size: 3 }
  name: "b" name: "c"
}
name: "x"
force_backward:
input_dim: 1
}
layer {
`))
}

func TestTooManyProblems(t *testing.T) {
	lines := problems(t, "NetParameter", strings.Repeat("name: 5\n", 1000))
	require.Len(t, lines, maxProblems+1)
	require.Equal(t, "x:1:7: name is a string, not 5", lines[0])
	require.Contains(t, lines[maxProblems], "too many problems: the rest is not read")
}

func TestDeepNesting(t *testing.T) {
	nested := func(depth int) string { return strings.Repeat("a {", depth) + strings.Repeat("}", depth) }
	parse(t, "NetParameter", nested(maxDepth))
	require.Equal(t, []string{"x:1:303: more than 100 messages inside one another"}, problems(t, "NetParameter", nested(maxDepth+1)))
	require.Len(t, problems(t, "NetParameter", strings.Repeat("a{", 1<<20)), 1)
}

func TestSummaryOfProblems(t *testing.T) {
	file := newTextFile("net.prototxt", []byte("a\nb\nc\n"))
	same := func(offset int) Problem { return problemf(Pos{file, offset}, "no field") }
	ps := Problems{same(0), problemf(Pos{file, 2}, "another"), same(2), same(4)}
	require.Equal(t, []string{"net.prototxt:1:1: no field (and in 2 more places)", "net.prototxt:2:1: another"}, ps.Summary())
	require.Empty(t, Problems(nil).Summary())
}

package schema

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

// row is one line of the tables that the schema files state.
type row struct{ owner, name, typ, number, label, def string }

func rows(t *testing.T, file string) []row {
	f, err := os.Open(reftest.Path(t, "schema", file))
	require.NoError(t, err)
	defer f.Close()
	var all []row
	for s := bufio.NewScanner(f); s.Scan(); {
		c := strings.Split(s.Text(), "\t")
		all = append(all, row{c[0], c[1], c[2], c[3], c[4], c[5]})
	}
	return all[1:]
}

func TestBVLCIsExactlyCaffes(t *testing.T) {
	s := BVLC()
	fields := 0
	for _, r := range rows(t, "bvlc.tsv") {
		number, err := strconv.Atoi(r.number)
		require.NoError(t, err)
		if r.typ == "enum value" {
			e := s.Enums()[r.owner]
			require.NotNil(t, e, r.owner)
			n, ok := e.Number(r.name)
			require.True(t, ok, "%s.%s", r.owner, r.name)
			require.Equal(t, number, n)
			continue
		}
		fields++
		m := s.Message(r.owner)
		require.NotNil(t, m, r.owner)
		f := m.Field(r.name)
		require.NotNil(t, f, "%s.%s", r.owner, r.name)
		require.Same(t, f, m.Number(number))
		require.Equal(t, r.def, f.Default, "%s.%s", r.owner, r.name)
		require.Equal(t, strings.Contains(r.label, "repeated"), f.Repeated)
		require.Equal(t, strings.Contains(r.label, "packed"), f.Packed)
		require.Equal(t, strings.Contains(r.label, "required"), f.Required)
		require.Equal(t, r.typ, typeOf(f))
	}
	for _, m := range s.Messages() {
		fields -= len(m.Fields)
	}
	require.Zero(t, fields, "fields that Caffe lacks")
}

func typeOf(f *Field) string {
	switch f.Kind {
	case EnumKind:
		return f.Enum.Name
	case MessageKind:
		return f.Message.Name
	}
	return f.typeName
}

func TestTextKnowsEveryFork(t *testing.T) {
	s := Text()
	bvlc := BVLC()
	for _, r := range rows(t, "forks.tsv") {
		if r.typ == "enum value" {
			_, ok := s.Enums()[r.owner].Number(r.name)
			require.True(t, ok, "%s.%s", r.owner, r.name)
			continue
		}
		f := s.Message(r.owner).Field(r.name)
		require.NotNil(t, f, "%s.%s", r.owner, r.name)
		if m := bvlc.Message(r.owner); m == nil || m.Field(r.name) == nil {
			require.Zero(t, f.Number, "a fork's number: %s.%s", r.owner, r.name)
		}
	}
	require.Equal(t, 106, s.Message("LayerParameter").Field("convolution_param").Number)
}

func TestV1LayersHaveTodaysFields(t *testing.T) {
	s := Text()
	today, v1 := s.Message("LayerParameter"), s.Message("V1LayerParameter")
	for _, f := range today.Fields {
		require.NotNil(t, v1.Field(f.Name), f.Name)
	}
	require.Equal(t, String, v1.Field("param").Kind, "V1's own fields stay")
	require.Equal(t, 10, v1.Field("convolution_param").Number)
	norm := v1.Field("batch_norm_param")
	require.Same(t, today.Field("batch_norm_param").Message, norm.Message)
	require.Zero(t, norm.Number, "it has no number in a V1 layer")
	require.Equal(t, 139, today.Field("batch_norm_param").Number)
	require.Nil(t, BVLC().Message("V1LayerParameter").Field("batch_norm_param"))
}

func TestExtendPutsTheUsersFieldsFirst(t *testing.T) {
	s, err := Extend("mine.proto", strings.NewReader(`
		package caffe;
		message LayerParameter { optional MineParameter mine_param = 147; optional string name = 1; }
		message MineParameter {
			enum Mode { A = 0; B = 1; }
			optional Mode mode = 1 [default = B];
			repeated caffe.BlobShape shape = 2;
		}
		message PoolingParameter { optional float kernel_size = 99; }`))
	require.NoError(t, err)
	layer := s.Message("LayerParameter")
	mine := layer.Field("mine_param")
	require.Equal(t, "MineParameter", mine.Message.Name)
	require.Zero(t, mine.Number)
	require.Equal(t, "swish_param", layer.Number(147).Name)
	require.Equal(t, 1, layer.Field("name").Number)
	require.Equal(t, "B", mine.Message.Field("mode").Default)
	require.Equal(t, "BlobShape", mine.Message.Field("shape").Message.Name)
	require.Equal(t, Float, s.Message("PoolingParameter").Field("kernel_size").Kind)
}

func TestExtendRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"syntax":       `message A {`,
		"unknown type": `message A { optional Nowhere x = 1; }`,
		"map":          `message A { map<string, int32> x = 1; }`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Extend("bad.proto", strings.NewReader(text))
			require.Error(t, err)
		})
	}
}

func FuzzExtend(f *testing.F) {
	f.Add("message A { optional int32 x = 1 [default = 3]; enum E { P = 0; } }")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := Extend("fuzz.proto", strings.NewReader(text)); err == nil {
			require.NotNil(t, s.Message("NetParameter"))
		}
	})
}

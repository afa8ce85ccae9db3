package caffe

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

// bvlcFile is BVLC's schema as Google's protobuf sees it. That protodesc takes it
// shows that it is valid proto2.
var bvlcFile = sync.OnceValue(func() protoreflect.FileDescriptor {
	file := &descriptorpb.FileDescriptorProto{Name: proto.String("caffe.proto"), Package: proto.String("caffe"), Syntax: proto.String("proto2")}
	s := schema.BVLC()
	messages := map[string]*descriptorpb.DescriptorProto{}
	for _, name := range sortedKeys(s.Messages()) { // a message comes before those within it
		m := &descriptorpb.DescriptorProto{Name: proto.String(name[strings.LastIndexByte(name, '.')+1:])}
		for _, f := range s.Message(name).Fields {
			m.Field = append(m.Field, fieldDescriptor(f))
		}
		messages[name] = m
		if outer, _, nested := cutLast(name); nested {
			messages[outer].NestedType = append(messages[outer].NestedType, m)
		} else {
			file.MessageType = append(file.MessageType, m)
		}
	}
	for _, name := range sortedKeys(s.Enums()) {
		outer, local, nested := cutLast(name)
		e := &descriptorpb.EnumDescriptorProto{Name: proto.String(local)}
		for _, v := range s.Enums()[name].Values {
			e.Value = append(e.Value, &descriptorpb.EnumValueDescriptorProto{Name: proto.String(v.Name), Number: proto.Int32(int32(v.Number))})
		}
		if nested {
			messages[outer].EnumType = append(messages[outer].EnumType, e)
		} else {
			file.EnumType = append(file.EnumType, e)
		}
	}
	d, err := protodesc.NewFile(file, nil)
	if err != nil {
		panic(err)
	}
	return d
})

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// cutLast cuts the full name of a type into that of the type around it and its own.
func cutLast(name string) (outer, local string, nested bool) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:], true
	}
	return "", name, false
}

func fieldDescriptor(f *schema.Field) *descriptorpb.FieldDescriptorProto {
	d := &descriptorpb.FieldDescriptorProto{Name: proto.String(f.Name), Number: proto.Int32(int32(f.Number))}
	d.Label = descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()
	switch {
	case f.Repeated:
		d.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	case f.Required:
		d.Label = descriptorpb.FieldDescriptorProto_LABEL_REQUIRED.Enum()
	}
	if f.Packed {
		d.Options = &descriptorpb.FieldOptions{Packed: proto.Bool(true)}
	}
	switch f.Kind {
	case schema.MessageKind:
		d.TypeName = proto.String(".caffe." + f.Message.Name)
	case schema.EnumKind:
		d.TypeName = proto.String(".caffe." + f.Enum.Name)
	}
	d.Type = map[schema.Kind]descriptorpb.FieldDescriptorProto_Type{
		schema.Bool:   descriptorpb.FieldDescriptorProto_TYPE_BOOL,
		schema.Int32:  descriptorpb.FieldDescriptorProto_TYPE_INT32,
		schema.Int64:  descriptorpb.FieldDescriptorProto_TYPE_INT64,
		schema.Uint32: descriptorpb.FieldDescriptorProto_TYPE_UINT32,
		schema.Uint64: descriptorpb.FieldDescriptorProto_TYPE_UINT64,
		schema.Float:  descriptorpb.FieldDescriptorProto_TYPE_FLOAT, schema.Double: descriptorpb.FieldDescriptorProto_TYPE_DOUBLE,
		schema.String: descriptorpb.FieldDescriptorProto_TYPE_STRING, schema.Bytes: descriptorpb.FieldDescriptorProto_TYPE_BYTES,
		schema.EnumKind: descriptorpb.FieldDescriptorProto_TYPE_ENUM, schema.MessageKind: descriptorpb.FieldDescriptorProto_TYPE_MESSAGE,
	}[f.Kind].Enum()
	return d
}

// googleNet returns an empty NetParameter of Google's protobuf.
func googleNet() proto.Message {
	return dynamicpb.NewMessage(bvlcFile().Messages().ByName("NetParameter"))
}

func googleText(text []byte) (proto.Message, error) {
	m := googleNet()
	return m, prototext.UnmarshalOptions{AllowPartial: true}.Unmarshal(text, m)
}

func googleWire(data []byte) (proto.Message, error) {
	m := googleNet()
	return m, proto.UnmarshalOptions{AllowPartial: true}.Unmarshal(data, m)
}

// sharedFiles returns the reference nets of an extension.
func sharedFiles(t testing.TB, extension string) []string {
	var files []string
	for _, dir := range []string{"official", "conformance", "conformance_forks", "legacy", "trained", "fashion", "reference"} {
		for _, pattern := range []string{"*" + extension, filepath.Join("*", "*"+extension)} {
			found, err := filepath.Glob(filepath.Join(reftest.Path(t, dir), pattern))
			require.NoError(t, err)
			files = append(files, found...)
		}
	}
	require.NotEmpty(t, files)
	return files
}

// sameText requires that our reading of a text means what Google's does: encoded
// to wire format by us and read by Google's, it is the same message.
func sameText(t *testing.T, name string, text []byte, google proto.Message) {
	m, _, err := ParseMessage(name, text, schema.Text().Message("NetParameter"))
	require.NoError(t, err, name)
	e := &wireEncoder{}
	wire := e.appendMessage(nil, m)
	require.Empty(t, e.dropped, name)
	ours, err := googleWire(wire)
	require.NoError(t, err, name)
	require.True(t, proto.Equal(google, ours), "%s:\n%s\nis not\n%s", name, prototext.Format(google), prototext.Format(ours))
}

func TestTextMeansWhatProtobufReads(t *testing.T) {
	taken := 0
	for _, file := range sharedFiles(t, ".prototxt") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		google, err := googleText(text)
		if err != nil {
			continue // a fork's fields, which BVLC's schema does not know
		}
		taken++
		sameText(t, file, text, google)
	}
	require.Greater(t, taken, 200, "BVLC's schema must take nearly all nets but the forks'")
}

func TestWireMeansWhatProtobufReads(t *testing.T) {
	for _, file := range sharedFiles(t, ".caffemodel") {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		google, err := googleWire(data)
		require.NoError(t, err)
		m, err := DecodeMessage(file, data, schema.BVLC().Message("NetParameter"))
		require.NoError(t, err)
		sameMessage(t, file, google.ProtoReflect(), m)
	}
}

// sameMessage requires that a message that we decoded has the fields of Google's.
func sameMessage(t *testing.T, where string, google protoreflect.Message, m *Message) {
	byName := map[string][]Field{}
	var unknown []byte
	for _, f := range m.Fields {
		if f.Value.Kind == RawValue {
			unknown = append(unknown, f.Value.Text...)
			continue
		}
		byName[f.Name] = append(byName[f.Name], f)
	}
	require.Equal(t, []byte(google.GetUnknown()), unknown, "%s: unknown fields", where)
	google.Range(func(d protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		name := string(d.Name())
		fields := byName[name]
		delete(byName, name)
		if !d.IsList() {
			require.Len(t, fields, 1, "%s.%s", where, name)
			sameValue(t, where+"."+name, v, d, fields[0])
			return true
		}
		require.Equal(t, v.List().Len(), len(fields), "%s.%s", where, name)
		for i, f := range fields {
			sameValue(t, where+"."+name, v.List().Get(i), d, f)
		}
		return true
	})
	require.Empty(t, byName, "%s: fields that protobuf does not find", where)
}

func sameValue(t *testing.T, where string, google protoreflect.Value, d protoreflect.FieldDescriptor, f Field) {
	v := f.Value
	switch {
	case v.Kind == BlobValue:
		sameBlob(t, where, google.Message(), v.Blob)
		return
	case v.Kind == MessageValue:
		sameMessage(t, where, google.Message(), v.Message)
		return
	}
	var same bool
	switch d.Kind() {
	case protoreflect.BoolKind:
		same = google.Bool() == (v.Bits != 0) && v.Kind == BoolValue
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		same = google.Int() == int64(v.Bits) && v.Kind == IntValue
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind:
		same = google.Uint() == v.Bits && v.Kind == UintValue
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		same = sameFloat(google.Float(), v.number()) && v.Kind == FloatValue
	case protoreflect.StringKind:
		same = google.String() == v.Text && v.Kind == StringValue
	case protoreflect.BytesKind:
		same = string(google.Bytes()) == v.Text && v.Kind == StringValue
	case protoreflect.EnumKind:
		number, ok := enumNumber(f.Def.Enum.Name, v)
		same = ok && number == int(google.Enum())
	}
	require.True(t, same, "%s: protobuf has %v, we have %v", where, google, v)
}

// sameFloat takes all NaNs as one, since conversion between widths quiets them.
func sameFloat(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}

// sameBlob requires that a blob is what Caffe makes of the BlobProto.
func sameBlob(t *testing.T, where string, google protoreflect.Message, b *Blob) {
	get := func(name string) protoreflect.Value {
		return google.Get(google.Descriptor().Fields().ByName(protoreflect.Name(name)))
	}
	var shape []int
	legacy := false
	for _, name := range []string{"num", "channels", "height", "width"} {
		legacy = legacy || google.Has(google.Descriptor().Fields().ByName(protoreflect.Name(name)))
		shape = append(shape, int(get(name).Int()))
	}
	if !legacy {
		shape = nil
		s := get("shape").Message()
		dims := s.Get(s.Descriptor().Fields().ByName("dim")).List()
		for i := range dims.Len() {
			shape = append(shape, int(dims.Get(i).Int()))
		}
	}
	require.Equal(t, legacy, b.Legacy, where)
	require.Equal(t, shape, b.Shape, where)
	got := values(b)
	single, double := get("data").List(), get("double_data").List()
	data := single
	if double.Len() > 0 {
		data = double
	}
	if data.Len() == 0 {
		require.Len(t, got, rawElements(google.GetUnknown()), where)
		return
	}
	require.Equal(t, data.Len(), len(got), where)
	for i, x := range got {
		if want := float32(data.Get(i).Float()); !sameFloat(float64(want), float64(x)) {
			require.Failf(t, "elements differ", "%s[%d] is %v, want %v", where, i, x, want)
		}
	}
}

// rawElements counts the elements of raw_data, NVIDIA's, among the unknown fields
// of a blob. Its values have tests of their own.
func rawElements(unknown []byte) int {
	kind, length := uint64(0), 0
	for len(unknown) > 0 {
		number, typ, n := protowire.ConsumeTag(unknown)
		m := protowire.ConsumeFieldValue(number, typ, unknown[n:])
		value := unknown[n : n+m]
		switch {
		case number == blobRawDataType && typ == protowire.VarintType:
			kind, _ = protowire.ConsumeVarint(value)
		case number == blobRawData && typ == protowire.BytesType:
			raw, _ := protowire.ConsumeBytes(value)
			length = len(raw)
		}
		unknown = unknown[n+m:]
	}
	if length == 0 {
		return 0
	}
	return length / []int{8, 4, 2}[kind]
}

// values reads a whole blob.
func values(b *Blob) []float32 {
	v := make([]float32, b.Count())
	b.Read(v, 0)
	return v
}

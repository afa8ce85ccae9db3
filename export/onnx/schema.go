package onnx

import "google.golang.org/protobuf/encoding/protowire"

// What files are written as: IR version 8 with operator set 17, which came
// together.
const (
	IRVersion    = 8
	OpsetVersion = 17
)

// The fields of ONNX's messages that this package writes or reads. Behind each
// stands the field as ONNX's schema has it.
const (
	modelIRVersion       protowire.Number = 1  // ModelProto.ir_version int64
	modelProducerName    protowire.Number = 2  // ModelProto.producer_name string
	modelProducerVersion protowire.Number = 3  // ModelProto.producer_version string
	modelGraph           protowire.Number = 7  // ModelProto.graph GraphProto
	modelOpsetImport     protowire.Number = 8  // ModelProto.opset_import OperatorSetIdProto
	modelMetadata        protowire.Number = 14 // ModelProto.metadata_props StringStringEntryProto

	opsetDomain protowire.Number = 1 // OperatorSetIdProto.domain string
	opsetNumber protowire.Number = 2 // OperatorSetIdProto.version int64

	entryKey   protowire.Number = 1 // StringStringEntryProto.key string
	entryValue protowire.Number = 2 // StringStringEntryProto.value string

	graphNode        protowire.Number = 1  // GraphProto.node NodeProto
	graphName        protowire.Number = 2  // GraphProto.name string
	graphInitializer protowire.Number = 5  // GraphProto.initializer TensorProto
	graphInput       protowire.Number = 11 // GraphProto.input ValueInfoProto
	graphOutput      protowire.Number = 12 // GraphProto.output ValueInfoProto
	graphValueInfo   protowire.Number = 13 // GraphProto.value_info ValueInfoProto

	nodeInput     protowire.Number = 1 // NodeProto.input string
	nodeOutput    protowire.Number = 2 // NodeProto.output string
	nodeName      protowire.Number = 3 // NodeProto.name string
	nodeOpType    protowire.Number = 4 // NodeProto.op_type string
	nodeAttribute protowire.Number = 5 // NodeProto.attribute AttributeProto
	nodeDomain    protowire.Number = 7 // NodeProto.domain string

	attributeName   protowire.Number = 1  // AttributeProto.name string
	attributeFloat  protowire.Number = 2  // AttributeProto.f float
	attributeInt    protowire.Number = 3  // AttributeProto.i int64
	attributeTensor protowire.Number = 5  // AttributeProto.t TensorProto
	attributeInts   protowire.Number = 8  // AttributeProto.ints int64
	attributeType   protowire.Number = 20 // AttributeProto.type AttributeProto.AttributeType

	valueName protowire.Number = 1 // ValueInfoProto.name string
	valueType protowire.Number = 2 // ValueInfoProto.type TypeProto

	typeTensor  protowire.Number = 1 // TypeProto.tensor_type TypeProto.Tensor
	typeElement protowire.Number = 1 // TypeProto.Tensor.elem_type int32
	typeShape   protowire.Number = 2 // TypeProto.Tensor.shape TensorShapeProto

	shapeDim protowire.Number = 1 // TensorShapeProto.dim TensorShapeProto.Dimension
	dimValue protowire.Number = 1 // TensorShapeProto.Dimension.dim_value int64
	dimParam protowire.Number = 2 // TensorShapeProto.Dimension.dim_param string

	tensorDims         protowire.Number = 1  // TensorProto.dims int64
	tensorDataType     protowire.Number = 2  // TensorProto.data_type int32
	tensorName         protowire.Number = 8  // TensorProto.name string
	tensorRawData      protowire.Number = 9  // TensorProto.raw_data bytes
	tensorExternalData protowire.Number = 13 // TensorProto.external_data StringStringEntryProto
	tensorDataLocation protowire.Number = 14 // TensorProto.data_location TensorProto.DataLocation
)

// The kinds of attributes.
const (
	kindFloat  = 1 // AttributeProto.AttributeType.FLOAT enum value
	kindInt    = 2 // AttributeProto.AttributeType.INT enum value
	kindTensor = 4 // AttributeProto.AttributeType.TENSOR enum value
	kindInts   = 7 // AttributeProto.AttributeType.INTS enum value
)

// The element types of tensors.
const (
	typeFloat   = 1  // TensorProto.DataType.FLOAT enum value
	typeInt64   = 7  // TensorProto.DataType.INT64 enum value
	typeFloat16 = 10 // TensorProto.DataType.FLOAT16 enum value
)

// locationExternal says that the elements lie in another file.
const locationExternal = 1 // TensorProto.DataLocation.EXTERNAL enum value

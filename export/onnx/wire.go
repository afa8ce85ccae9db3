package onnx

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

func appendString(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func appendMessage(b []byte, field protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), message)
}

func appendInt(b []byte, field protowire.Number, i int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(i))
}

// appendHead appends what stands before a field of so many bytes.
func appendHead(b []byte, field protowire.Number, size int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.BytesType), uint64(size))
}

// appendEntry appends a StringStringEntryProto.
func appendEntry(b []byte, field protowire.Number, key, value string) []byte {
	return appendMessage(b, field, appendString(appendString(nil, entryKey, key), entryValue, value))
}

// appendValue appends a ValueInfoProto of float32. An axis of -1 is the batch
// that is left open; one of -2 says nothing.
func appendValue(b []byte, field protowire.Number, name string, dims []int) []byte {
	var axes []byte
	for _, d := range dims {
		var axis []byte
		switch d {
		case openBatch:
			axis = appendString(axis, dimParam, batchName)
		case openOther:
		default:
			axis = appendInt(axis, dimValue, int64(d))
		}
		axes = appendMessage(axes, shapeDim, axis)
	}
	tensor := appendMessage(appendInt(nil, typeElement, typeFloat), typeShape, axes)
	value := appendString(nil, valueName, name)
	value = appendMessage(value, valueType, appendMessage(nil, typeTensor, tensor))
	return appendMessage(b, field, value)
}

// An attribute is an AttributeProto.
type attribute []byte

func newAttribute(name string, kind int64) attribute {
	return appendInt(appendString(nil, attributeName, name), attributeType, kind)
}

func floatAttribute(name string, f float32) attribute {
	b := protowire.AppendTag(newAttribute(name, kindFloat), attributeFloat, protowire.Fixed32Type)
	return protowire.AppendFixed32(b, math.Float32bits(f))
}

func intAttribute(name string, i int) attribute {
	return appendInt(newAttribute(name, kindInt), attributeInt, int64(i))
}

func intsAttribute(name string, ints ...int) attribute {
	b := newAttribute(name, kindInts)
	for _, i := range ints {
		b = appendInt(b, attributeInts, int64(i))
	}
	return b
}

// floatTensorAttribute is a tensor of one float.
func floatTensorAttribute(name string, f float32) attribute {
	t := appendInt(appendInt(nil, tensorDims, 1), tensorDataType, typeFloat)
	t = appendMessage(t, tensorRawData, protowire.AppendFixed32(nil, math.Float32bits(f)))
	return appendMessage(newAttribute(name, kindTensor), attributeTensor, t)
}

// appendNode appends a NodeProto to a graph.
func appendNode(b []byte, op, name string, in, out []*value, attributes []attribute) []byte {
	var node []byte
	for _, v := range in {
		node = appendString(node, nodeInput, v.name)
	}
	for _, v := range out {
		node = appendString(node, nodeOutput, v.name)
	}
	node = appendString(node, nodeName, name)
	node = appendString(node, nodeOpType, op)
	for _, a := range attributes {
		node = appendMessage(node, nodeAttribute, a)
	}
	return appendMessage(b, graphNode, node)
}

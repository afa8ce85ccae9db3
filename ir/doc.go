// Package ir holds the typed graph that a net becomes: values, and the nodes
// that compute them. It knows neither Caffe nor any machine.
//
// A graph is for one shape of its inputs; Reshape gives the same graph for
// another. Nothing in it is in place: each value is computed once, by one node,
// or is an input or a constant. Every op has a file op_*.go with its attributes,
// its shape rule and its cost.
//
// A graph that is not being changed may be read by many goroutines.
//
// # Ops
//
// Inputs in parentheses are there only with the attribute that says so.
//
//	op            inputs → outputs                    y
//	Axpy          gate, map, shortcut → y             gate·map + shortcut
//	BatchNorm     x, mean, variance, factor → y       (x - mean) / sqrt(variance + Eps)
//	Concat        x1, x2, .. → y                      inputs joined along an axis
//	Convolution   x, weights, (bias), (residual) → y  correlation with num_output filters, + residual
//	Dropout       x → y                               x, or x·(1-Ratio)
//	Eltwise       x1, x2, .. → y                      product, weighted sum or maximum
//	Flatten       x → y                               x, a span of axes as one
//	InnerProduct  x, weights, (bias) → y              matrix product
//	Pooling       x → y, (mask)                       maximum, average or stochastic over windows
//	Power         x → y                               (Shift + Scale·x)^Power
//	PReLU         x, slope → y                        x, or slope·x where x is negative
//	ReLU          x → y                               x, or NegativeSlope·x where x is negative
//	Reshape       x → y                               x, in another shape
//	Scale         x, coefficient, (bias) → y          coefficient·x + bias, broadcast
//	Sigmoid       x → y                               1/(1+exp(-x))
//	Softmax       x → y                               exp(x)/Σexp(x) along an axis
//	Split         x → y1, y2, ..                      copies of x
//	SqueezeExcite map, W1, (b1), W2, (b2), (shortcut) → y
//	                                                  sigmoid(W2·max(0, W1·mean(map) + b1) + b2)·map + shortcut
//
// Convolution, InnerProduct, Scale, Axpy, Eltwise and SqueezeExcite have a field
// ReLU, which says that a ReLU stands behind. What makes a graph of a net leaves
// that and Convolution's Residual false: they are for passes that fuse.
//
// # Text
//
// [Graph.WriteTo] prints a graph, one statement a line, and [Parse] reads it.
// A statement is one of these; # starts a comment.
//
//	graph "name"
//	input %name type
//	const %name type = constant
//	%name type, .. = Op(%name, ..) {Field=value ..} layer "name" at "place"
//	output %name
//
// A type is f32[N,C,H,W]. A name stands in quotes unless it is made of ASCII
// letters, digits, _ and . alone. Fields that have their zero value are left
// out, and so are braces, layer and at with nothing to say. A constant is one of
//
//	splat(0.5)                  every element the same
//	rand(7)                     pseudo-random elements, see [Rand]
//	[1, 2.5, -inf, nan]         each element
//	float64(0.1, -2e-300)       each element, in float64
//	scaled(rand(7), 9, [2, 3])  another constant, 9 elements times 2, the next 9
//	                            times 3, and so on, see [Scaled]
//	file("origin", "sum")       elements that lie elsewhere; the sum is [Sum]'s
package ir

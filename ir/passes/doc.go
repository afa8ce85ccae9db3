// Package passes rewrites an ir.Graph into one that computes the same with fewer
// nodes, and finds the forms that can be computed as one.
//
// A pass adds nodes, replaces uses and sweeps. It never changes an op in place,
// never looks at names, and reads no constant but those of a few elements a
// channel; weights that are scaled are an [ir.Scaled] of the old ones. A pass that
// runs again changes nothing.
//
// The outputs of a graph are uses like any other: whoever wants a value by its
// name makes it an output first, and finds it afterwards. The value that a new
// node computes has the name of the last value that it stands for, and the node
// the name of the layer that does the work, such as the convolution.
//
// What passes make of a graph is right for every shape that the graph can be
// given by [ir.Graph.Reshape], with as many axes.
package passes

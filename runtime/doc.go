// Package runtime runs graphs fast on a CPU.
//
// A Model is a fused graph with its packed weights. Its Plan for one set of input
// shapes is data: steps, each a kernel with where its operands lie in one arena. A
// Session holds such an arena and runs the plan, on threads of a pool that the
// whole process shares.
//
// Each op with fast kernels has a file that says how its nodes become steps; any
// other node is computed by runtime/reference, between reorders. Outputs are the
// same, bit for bit, for every number of threads and every place in a batch, under
// one instruction set.
package runtime

// Package passes finds the forms in an ir.Graph that can be computed as one.
//
// Nothing here looks at names, and nothing changes an op.
package passes

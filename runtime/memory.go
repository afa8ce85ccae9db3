package runtime

// align is the alignment of every buffer in an arena, in bytes: a cache line, and
// the widest vector.
const align = 64

// hugePage is the size from which on memory is asked for in huge pages.
const hugePage = 2 << 20

func alignUp(n, to int64) int64 { return (n + to - 1) / to * to }

// Package cpu says what this processor can do and how much of it this process may
// use. Both are found out once, at first use, and do not change after.
package cpu

//go:build !race

package sheet

const slowness = 1

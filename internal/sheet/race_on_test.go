//go:build race

package sheet

// slowness is how much longer a test may take than the product.
const slowness = 15

//go:build race

package importer_test

// slowness is what the race detector costs.
const slowness = 12

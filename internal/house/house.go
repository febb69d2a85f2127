// Package house holds the tests that keep the house as docs/architecture.md says it is: which package may import which,
// what must not be used where, how large things may grow, and that every sentence the program says exists in both
// languages. Each says the reason of what it forbids.
package house

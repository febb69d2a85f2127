package demo

import (
	"math/rand/v2"
	"strings"
)

// dice is chance that falls the same way for the same seed.
type dice struct{ *rand.Rand }

// newDice gives the dice of one customer, which do not hang on how many there are.
func newDice(seed uint64, customer int) dice {
	return dice{rand.New(rand.NewPCG(seed, uint64(customer)+1))}
}

// percent is true in n cases of a hundred.
func (d dice) percent(n int) bool { return d.IntN(100) < n }

// between gives a number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(max(1, high-low+1)) }

// pick gives one of several.
func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// odds gives an index, each as likely as its weight.
func (d dice) odds(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	at := d.IntN(sum)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// one gives one of the words of a text.
func (d dice) one(words string) string { return pick(d, strings.Fields(words)) }

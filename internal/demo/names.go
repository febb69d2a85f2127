package demo

import (
	"fmt"
	"strings"

	"genjin/internal/cn/pinyin"
)

// staffNumbers is where the numbers of users begin; those of contacts lie below.
const staffNumbers = 90_000_000

// mobile gives the n-th invented mobile number, n below 100 million. They begin with 145, the prefix of data cards,
// which no person answers. The order is scattered, so that lists do not look counted.
func mobile(n int) string { return fmt.Sprintf("145%08d", (n+1)*61_803_399%100_000_000) }

// person is a name with what goes with it.
type person struct {
	surname, given string
	female         bool
}

func (p person) name() string { return p.surname + p.given }

// latin is the name as addresses and accounts write it.
func (p person) latin() string { return strings.Join(pinyin.Person.Full(p.name()), "") }

func (d dice) person(w *world) person {
	p := person{surname: d.surname(w), female: d.percent(38)}
	p.given = pick(d, w.words["male"])
	if p.female {
		p.given = pick(d, w.words["female"])
	}
	return p
}

// surname gives one of the surnames, the first of which are the commonest.
func (d dice) surname(w *world) string {
	all := w.words["surnames"]
	at := d.IntN(len(all))
	return all[min(at, d.IntN(len(all)))]
}

// address gives how one speaks of a person with a title: 王总, 李工, 张经理, else 陈先生.
func (p person) address(title string) string {
	switch {
	case strings.HasSuffix(title, "总") || strings.Contains(title, "总经理") || strings.Contains(title, "董事长"):
		return p.surname + "总"
	case strings.HasSuffix(title, "工程师"):
		return p.surname + "工"
	}
	for _, word := range []string{"经理", "主管", "主任", "院长", "校长", "厂长", "店长", "老板"} {
		if strings.HasSuffix(title, word) {
			return p.surname + word
		}
	}
	if p.female {
		return p.surname + "女士"
	}
	return p.surname + "先生"
}

// core gives the part of a company's name that is its own. It comes again only after all others have, in another place
// and trade.
func (w *world) core(seed uint64, customer int) string {
	n := len(w.cores)
	return w.cores[(int(seed%uint64(n))+customer*stride(n))%n]
}

// stride gives a step that visits each of n things before it comes back.
func stride(n int) int {
	for s := n*5/8 + 1; ; s++ {
		if a, b := s, n; gcd(a, b) == 1 {
			return s
		}
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

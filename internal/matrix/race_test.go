package matrix

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// racers is how many want the same at the same time.
const racers = 50

func rounds() int {
	if full() {
		return 1000
	}
	return 20
}

// atOnce sends requests at the same moment and gives the answers in their order.
func atOnce(n int, send func(i int) answer) []answer {
	out := make([]answer, n)
	ready, start := sync.WaitGroup{}, make(chan struct{})
	var done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			out[i] = send(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return out
}

// racer gives somebody who may make and assign every customer.
func (w *world) racer(i int) *subject {
	return w.subject([]string{"admin", "ops"}[i%2])
}

// TestOneOfManyGetsTheNumber: of many who want one number at the same time exactly one gets it, and of many who are given
// one each no two get the same.
func TestOneOfManyGetsTheNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("one of many gets the number", w.kind())
	given := map[string]bool{}
	for round := range rounds() {
		code := fmt.Sprintf("RACE-%d-X", round)
		won := 0
		for i, a := range atOnce(racers, func(i int) answer {
			values := map[string]any{"name": fmt.Sprintf("抢号%d之%d公司", round, i)}
			if i%2 == 0 {
				values["code"] = code
			}
			return w.racer(i / 2).send(post("/customers", values))
		}) {
			r.count("create-customer")
			var made struct{ Code string }
			switch {
			case a.ok() && i%2 == 0:
				won++
			case a.ok():
				a.json(&made)
				if made.Code == "" || given[made.Code] {
					r.found(finding{"create-customer", fmt.Sprintf("round %d: the number %q was given twice", round, made.Code)})
				}
				given[made.Code] = true
			case i%2 != 0 || a.status != http.StatusConflict && a.status != http.StatusUnprocessableEntity:
				r.found(finding{"create-customer", fmt.Sprintf("round %d: %s %s", round, a, w.log.take())})
			}
		}
		if won != 1 {
			r.found(finding{"create-customer", fmt.Sprintf("round %d: %d got the number", round, won)})
		}
	}
	r.print(t, fmt.Sprintf("in %d rounds", rounds()))
}

// TestOneOfManyGetsTheCustomer: of many who want a customer that is nobody's at the same time, each having seen it free,
// exactly one gets it, and it is theirs.
func TestOneOfManyGetsTheCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReport("one of many gets the customer", w.kind())
	at := "/customers/" + w.named("customer", "without an owner").id
	var wanting []string
	for _, name := range names() {
		if !left(name) {
			wanting = append(wanting, w.users[name])
		}
	}
	for round := range rounds() {
		version := w.subject("admin").send(get(at)).header.Get("ETag")
		winner, won := "", 0
		for i, a := range atOnce(racers, func(i int) answer {
			return w.racer(i).send(call{method: http.MethodPatch, path: at, body: map[string]any{"owner_id": wanting[i%len(wanting)]}}.with("If-Match", version))
		}) {
			r.count("update-customer")
			switch {
			case a.ok():
				winner, won = wanting[i%len(wanting)], won+1
			case a.status != http.StatusPreconditionFailed && a.status != http.StatusConflict:
				r.found(finding{"update-customer", fmt.Sprintf("round %d: %s %s", round, a, w.log.take())})
			}
		}
		var now struct {
			Owner string `json:"owner_id"`
		}
		a := w.subject("admin").send(get(at))
		a.json(&now)
		if won != 1 || now.Owner != winner {
			r.found(finding{"update-customer", fmt.Sprintf("round %d: %d got the customer, which belongs to %s", round, won, w.describe(source{id: now.Owner}))})
		}
		free := call{method: http.MethodPatch, path: at, body: map[string]any{"owner_id": ""}}.with("If-Match", a.header.Get("ETag"))
		if a := w.subject("admin").send(free); !a.ok() {
			t.Fatalf("round %d: cannot be freed again: %s", round, a)
		}
	}
	r.print(t, fmt.Sprintf("in %d rounds", rounds()))
}

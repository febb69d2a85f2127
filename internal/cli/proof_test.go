package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/cli"
)

// workers is how many clients work at the same time.
const workers = 8

// kills is how often the server is killed: a few times in every run, GENJIN_PROOF times before a release.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("GENJIN_PROOF")); err == nil {
		return n
	}
	return 4
}

// ledger is what a client knows: each customer it made, acknowledged by the server, and the follow-ups of each.
type ledger struct {
	mu        sync.Mutex
	customers map[string]string // name → id
	followups map[string]string // content → id
}

// client works until it is told to stop. A request that got no answer is sent again with the same key, until it has one.
type client struct {
	*ledger
	number int
	token  string
	url    func() string // of the server that runs now
	http   http.Client
}

var errGone = errors.New("no answer")

// post sends a request once and gives the id of what was made; errGone when there was no answer.
func (c *client) post(path, key string, body any) (id string, err error) {
	b, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	r, err := http.NewRequest(http.MethodPost, c.url()+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	answer, err := c.http.Do(r)
	if err != nil {
		return "", errGone
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode == http.StatusServiceUnavailable {
		return "", errGone
	}
	var made struct{ ID string }
	if err := json.Unmarshal(text, &made); err != nil || answer.StatusCode != http.StatusCreated || made.ID == "" {
		return "", fmt.Errorf("%s %s: %s %s", path, key, answer.Status, text)
	}
	return made.ID, nil
}

// insist posts until there is an answer.
func (c *client) insist(path, key string, body any) (string, error) {
	for {
		id, err := c.post(path, key, body)
		if !errors.Is(err, errGone) {
			return id, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *client) work(stop <-chan struct{}) error {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return nil
		default:
		}
		name := fmt.Sprintf("客户%d之%d", c.number, n)
		customer, err := c.insist("/customers", "c-"+name, map[string]any{"name": name})
		if err != nil {
			return err
		}
		content := "跟进 " + name
		followup, err := c.insist("/followups", "f-"+name, map[string]any{"customer_id": customer, "way": "call", "content": content})
		if err != nil {
			return err
		}
		c.mu.Lock()
		c.customers[name], c.followups[content] = customer, followup
		c.mu.Unlock()
	}
}

// TestAcknowledgedWorkSurvivesKills has clients work while the server is killed at random moments and started again. In
// the end there is exactly what was acknowledged, each once, and everything is whole.
func TestAcknowledgedWorkSurvivesKills(t *testing.T) {
	p := newPlace(t)
	p.createUser(t, "wang")
	token, _, _ := p.run(t, "", "token", "create", "--as", "wang")
	var mu sync.Mutex
	s := p.serve(t)
	url := func() string {
		mu.Lock()
		defer mu.Unlock()
		return s.url
	}
	book := &ledger{customers: map[string]string{}, followups: map[string]string{}}
	stop, ended := make(chan struct{}), make(chan error, workers)
	for i := range workers {
		c := &client{ledger: book, number: i, token: strings.TrimSpace(token), url: url, http: http.Client{Timeout: 30 * time.Second}}
		go func() { ended <- c.work(stop) }()
	}
	for range kills() {
		time.Sleep(time.Duration(200+rand.IntN(1500)) * time.Millisecond)
		s.Process.Kill()
		s.Wait()
		next := p.serve(t)
		mu.Lock()
		s = next
		mu.Unlock()
	}
	time.Sleep(300 * time.Millisecond)
	close(stop)
	for range workers {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d kills, %d customers and as many follow-ups acknowledged", kills(), len(book.customers))
	p.compare(t, "customer", "name", book.customers)
	p.compare(t, "followup", "content", book.followups)
	p.must(t, "", "check")
}

// compare sees whether the installation has exactly what the ledger says.
func (p place) compare(t *testing.T, entity, field string, want map[string]string) {
	t.Helper()
	csv, said, status := p.run(t, "", "export", entity, "--as", "wang", "-o", "-", "--format", "csv", "--fields", field)
	if status != cli.OK {
		t.Fatal(said)
	}
	stored := map[string]int{}
	for line := range strings.Lines(csv) {
		value, _, _ := strings.Cut(strings.TrimSpace(line), ",")
		stored[strings.Trim(value, `"`)]++
	}
	if len(want) < 10 {
		t.Errorf("only %d acknowledged: too little to tell", len(want))
	}
	for value := range want {
		if stored[value] != 1 {
			t.Errorf("%s %q was acknowledged and is there %d times", entity, value, stored[value])
		}
	}
	if extra := len(stored) - len(want) - 1; extra != 0 { // one line is the header
		t.Errorf("%d of %s that nobody made", extra, entity)
	}
}

package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"
)

// chat is a server on which a group's robot speaks. It remembers by which key it heard each word.
type chat struct {
	mu    sync.Mutex
	heard map[string]map[string]int // word → key → how often
}

func (c *chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var said struct{ Text struct{ Content string } }
	_ = json.NewDecoder(r.Body).Decode(&said)
	c.mu.Lock()
	for _, word := range nudges.FindAllString(said.Text.Content, -1) {
		if c.heard[word] == nil {
			c.heard[word] = map[string]int{}
		}
		c.heard[word][r.Header.Get("Idempotency-Key")]++
	}
	c.mu.Unlock()
	time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond) // so that a kill meets something on its way
	_, _ = io.WriteString(w, `{"errcode":0}`)
}

func (c *chat) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.heard)
}

var nudges = regexp.MustCompile(`nudge-\d+`)

// pause is between two nudges: a message to the group tells twelve one by one, and counts the others.
const pause = 300 * time.Millisecond

// person is somebody's browser.
type person struct {
	url  func() string
	http http.Client
}

func signIn(t *testing.T, url func() string, login string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{url, http.Client{Jar: jar, Timeout: 10 * time.Second}}
	p.insist(t, http.MethodPost, "/session", "in-"+login, map[string]any{"login": login, "password": password}, nil)
	return p
}

// insist asks until there is an answer, and reads it.
func (p *person) insist(t *testing.T, method, path, key string, body, into any) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequest(method, p.url()+"/api/v1"+path, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		answer, err := p.http.Do(r)
		if err != nil {
			continue
		}
		text, err = io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode == http.StatusServiceUnavailable {
			continue
		}
		if answer.StatusCode >= http.StatusBadRequest {
			t.Fatalf("%s %s: %s %s", method, path, answer.Status, text)
		}
		if into != nil {
			if err := json.Unmarshal(text, into); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	t.Fatalf("%s %s got no answer", method, path)
}

// TestRemindersSurviveKills has somebody nudge a colleague while the server is killed at random moments. Each nudge that
// was acknowledged is in the colleague's list once, and the chat group has heard of it; what it heard again had the same
// key.
func TestRemindersSurviveKills(t *testing.T) {
	group := &chat{heard: map[string]map[string]int{}}
	listening := httptest.NewServer(group)
	defer listening.Close()
	t.Setenv("GENJIN_OUTBOUND_HOSTS", "127.0.0.1")
	p := newPlace(t)
	for _, login := range []string{"wang", "li"} {
		p.createUser(t, login)
	}
	var mu sync.Mutex
	s := p.serve(t)
	url := func() string {
		mu.Lock()
		defer mu.Unlock()
		return s.url
	}
	wang, li := signIn(t, url, "wang"), signIn(t, url, "li")
	wang.insist(t, http.MethodPost, "/robots", "robot", map[string]any{
		"name": "group", "service": "wecom", "department_id": "", "kinds": []string{"nudge"}, "titles": true, "language": "zh", "active": true,
		"address": listening.URL,
	}, nil)
	li.insist(t, http.MethodPost, "/customers", "customer", map[string]any{"name": "客户"}, nil)
	var todo struct{ Items []struct{ ID string } }
	wang.insist(t, http.MethodGet, "/todo?scope=team", "", nil, &todo)
	if len(todo.Items) == 0 {
		t.Fatal("a new customer asks for nothing")
	}
	stop, ended := make(chan struct{}), make(chan []string)
	go func() {
		var said []string
		for n := 0; ; n++ {
			select {
			case <-stop:
				ended <- said
				return
			default:
			}
			word := fmt.Sprintf("nudge-%d", n)
			wang.insist(t, http.MethodPost, "/todo/"+todo.Items[0].ID+"/nudge", word, map[string]any{"text": word}, nil)
			said = append(said, word)
			time.Sleep(pause)
		}
	}()
	for range kills() {
		time.Sleep(time.Duration(1500+rand.IntN(3000)) * time.Millisecond)
		s.Process.Kill()
		s.Wait()
		next := p.serve(t)
		mu.Lock()
		s = next
		mu.Unlock()
	}
	close(stop)
	said := <-ended
	// On PostgreSQL what was in hand at a kill waits for its lease.
	for deadline := time.Now().Add(150 * time.Second); group.count() < len(said) && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
	}
	listed := li.nudges(t)
	again := 0
	for _, word := range said {
		if listed[word] != 1 {
			t.Errorf("%s is listed %d times", word, listed[word])
		}
		if len(group.heard[word]) != 1 {
			t.Errorf("the group heard %s by %d keys", word, len(group.heard[word]))
		}
		for _, n := range group.heard[word] {
			again += n - 1
		}
	}
	if len(listed) != len(said) {
		t.Errorf("%d are listed, %d were said", len(listed), len(said))
	}
	t.Logf("%d kills, %d nudges: all listed once, all heard; %d heard again, with the same key", kills(), len(said), again)
}

// nudges gives how often each nudge is in somebody's list.
func (p *person) nudges(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	for cursor := ""; ; {
		var page struct {
			Items []struct{ Text string }
			Next  string
		}
		p.insist(t, http.MethodGet, "/notes?limit=100&cursor="+cursor, "", nil, &page)
		for _, n := range page.Items {
			if word := nudges.FindString(n.Text); word != "" {
				out[word]++
			}
		}
		if cursor = page.Next; cursor == "" {
			return out
		}
	}
}

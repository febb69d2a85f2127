package sqldb

import (
	"strconv"
	"strings"
	"sync"
)

// numbered keeps the statements already rewritten for PostgreSQL.
var numbered statements

// statements remembers the rewritten form of statements. Their texts come from the program, not from users, so they are
// few; should they be many all the same, it forgets them all.
type statements struct {
	mu    sync.RWMutex
	texts map[string]string
}

const statementsKept = 4096

func (s *statements) get(query string) string {
	if strings.IndexByte(query, '?') < 0 {
		return query
	}
	s.mu.RLock()
	text, ok := s.texts[query]
	s.mu.RUnlock()
	if ok {
		return text
	}
	text = number(query)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.texts == nil || len(s.texts) >= statementsKept {
		s.texts = make(map[string]string)
	}
	s.texts[query] = text
	return text
}

// number replaces every ? outside texts, quoted names and comments by $1, $2, …
func number(query string) string {
	var b strings.Builder
	b.Grow(len(query) + 16)
	n := 0
	for i := 0; i < len(query); {
		if query[i] == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			i++
			continue
		}
		end := i + opaque(query[i:])
		b.WriteString(query[i:end])
		i = end
	}
	return b.String()
}

// opaque gives how long the text, quoted name or comment at the start of s is; 1 when there is none.
func opaque(s string) int {
	var closing string
	skip := 1
	switch {
	case s[0] == '\'' || s[0] == '"':
		closing = s[:1] // a doubled quote inside ends one and starts the next, which is the same here
	case strings.HasPrefix(s, "--"):
		closing = "\n"
	case strings.HasPrefix(s, "/*"):
		closing, skip = "*/", 2
	default:
		return 1
	}
	end := strings.Index(s[skip:], closing)
	if end < 0 {
		return len(s)
	}
	return skip + end + len(closing)
}

// Command limit measures the program against the least a server can do: a bare net/http handler that runs the same SQL
// on the same database and writes the same rows as JSON, without permission, masking, names or definitions. It prints the
// ratio of the medians for the requests that a page makes most.
//
//	go run ./bench/limit [-customers 100000] [-rounds 300]
package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"genjin/internal/app"
	"genjin/internal/config"
	"genjin/internal/demo"
	"genjin/internal/i18n"
	"genjin/internal/id"

	_ "modernc.org/sqlite" // the same driver as the program's
)

func main() {
	customers := flag.Int("customers", 100_000, "customers to load")
	rounds := flag.Int("rounds", 300, "requests of each kind to each server")
	dir := flag.String("data", "", "keep the data in this folder and use it again")
	flag.Parse()
	if err := run(*customers, *rounds, *dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(customers, rounds int, dir string) error {
	ctx := context.Background()
	if dir == "" {
		temporary, err := os.MkdirTemp("", "limit")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	sources := config.Flags(flag.NewFlagSet("limit", flag.ContinueOnError), true, i18n.EN)
	c, err := sources.Load(func(name string) (string, bool) {
		if name == "GENJIN_DATA" {
			return dir, true
		}
		return "", false
	})
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Config: c, Version: "bench", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer a.Close()
	ours, err := listen(a.API)
	if err != nil {
		return err
	}
	client, err := signIn(ours)
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := demo.Load(ctx, a.Store, demo.Options{Customers: customers, Followups: 2, Contacts: 1, Resume: true})
	if err != nil {
		return err
	}
	fmt.Printf("loaded %d customers, %d contacts and %d follow-ups in %v\n", result.Customers, result.Contacts, result.Followups, time.Since(began).Round(time.Second))
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "genjin.db")+"?mode=ro&_pragma=mmap_size(268435456)&_pragma=cache_size(-16384)")
	if err != nil {
		return err
	}
	defer db.Close()
	bare, err := listen(bareServer(db))
	if err != nil {
		return err
	}
	return compare(client, ours, bare, db, rounds)
}

func listen(h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	return "http://" + l.Addr().String(), nil
}

// signIn sets the company up, or signs in to one that was.
func signIn(base string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar}
	for _, path := range []string{"/setup", "/session"} {
		body := `{"company":"bench","name":"bench","login":"bench","password":"a-password-of-2026","language":"zh"}`
		if path == "/session" {
			body = `{"login":"bench","password":"a-password-of-2026"}`
		}
		res, err := client.Post(base+"/api/v1"+path, "application/json", strings.NewReader(body))
		if err != nil {
			return nil, err
		}
		res.Body.Close()
		if res.StatusCode < 300 {
			return client, nil
		}
	}
	return nil, fmt.Errorf("cannot sign in")
}

// question is a request in both servers' words.
type question struct {
	name, ours, bare string
}

func questions(db *sql.DB) ([]question, error) {
	var x int64
	if err := db.QueryRow(`SELECT id FROM customer ORDER BY id LIMIT 1 OFFSET 1000`).Scan(&x); err != nil {
		return nil, err
	}
	fields := "fields=" + url.QueryEscape(listFields)
	filter := url.QueryEscape(`{"and":[{"field":"stage","op":"is","value":"interested"},{"field":"grade","op":"in","value":["A","B"]}]}`)
	return []question{
		{"list, newest 50", "/api/v1/customers?" + fields, "/list"},
		{"list, by name", "/api/v1/customers?sort=name&" + fields, "/byname"},
		{"list, filtered", "/api/v1/customers?filter=" + filter + "&" + fields, "/filtered"},
		{"detail", "/api/v1/customers/" + id.ID(x).String(), fmt.Sprintf("/detail?id=%d", x)},
		{"search, 2 characters", "/api/v1/search?limit=10&q=" + url.QueryEscape("科技"), "/search?q=" + url.QueryEscape(`"#c科技"`) + "&like=" + url.QueryEscape("%科技%")},
		{"search, initials", "/api/v1/search?limit=10&q=szkj", "/search?q=" + url.QueryEscape(`"#lszkj"*`)},
	}, nil
}

const listFields = "name,code,stage,grade,main_contact,main_phone,industry,tags,owner_id,last_followup_at,next_followup_at"

func compare(client *http.Client, ours, bare string, db *sql.DB, rounds int) error {
	qs, err := questions(db)
	if err != nil {
		return err
	}
	fmt.Printf("%-24s %10s %10s %8s %8s\n", "request", "program", "bare", "ratio", "bytes")
	for _, q := range qs {
		var a, b []time.Duration
		var size int
		for i := range rounds + 20 {
			t1, n, err := get(client, ours+q.ours)
			if err != nil {
				return err
			}
			t2, _, err := get(client, bare+q.bare)
			if err != nil {
				return err
			}
			if i >= 20 { // the first warm both up
				a, b, size = append(a, t1), append(b, t2), n
			}
		}
		ma, mb := median(a), median(b)
		fmt.Printf("%-24s %10v %10v %8.2f %8d\n", q.name, ma.Round(time.Microsecond), mb.Round(time.Microsecond), float64(ma)/float64(mb), size)
	}
	return nil
}

func get(client *http.Client, address string) (time.Duration, int, error) {
	began := time.Now()
	res, err := client.Get(address)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || bytes.Contains(body, []byte(`"items":[]`))) {
		err = fmt.Errorf("%s: %d: %.200s", address, res.StatusCode, body)
	}
	return time.Since(began), len(body), err
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// bareServer answers the same questions with nothing in between.
func bareServer(db *sql.DB) http.Handler {
	mux := http.NewServeMux()
	columns := "id, version, " + strings.ReplaceAll(listFields, ",", ", ")
	handle := func(path, query string, args func(r *http.Request) []any) {
		statement, err := db.Prepare(query)
		if err != nil {
			panic(err)
		}
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			rows, err := statement.Query(args(r)...)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			defer rows.Close()
			w.Header().Set("Content-Type", "application/json")
			_ = writeRows(w, rows)
		})
	}
	none := func(*http.Request) []any { return nil }
	handle("/list", "SELECT "+columns+" FROM customer WHERE archived_at IS NULL ORDER BY id DESC LIMIT 51", none)
	handle("/byname", "SELECT "+columns+" FROM customer WHERE archived_at IS NULL ORDER BY name_key, id LIMIT 51", none)
	handle("/filtered", "SELECT "+columns+" FROM customer WHERE archived_at IS NULL AND stage = 'interested' AND grade IN ('A', 'B') ORDER BY id DESC LIMIT 51", none)
	handle("/detail", "SELECT * FROM customer WHERE id = ?", func(r *http.Request) []any { return []any{r.URL.Query().Get("id")} })
	// The search box looks among customers and among contacts.
	find := func(table, like string) *sql.Stmt {
		statement, err := db.Prepare("SELECT t.id, t.name FROM search f JOIN " + table + " t ON t.id = f.rowid WHERE f.search MATCH ? " + like + " ORDER BY f.rowid DESC LIMIT 30")
		if err != nil {
			panic(err)
		}
		return statement
	}
	statements := []*sql.Stmt{find("customer", "AND (?2 = '' OR t.name LIKE ?2)"), find("contact", "AND (?2 = '' OR t.name LIKE ?2)")}
	mux.HandleFunc("GET /search", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i, statement := range statements {
			rows, err := statement.Query(strings.ReplaceAll(r.URL.Query().Get("q"), "#", strconv.Itoa(i+1)), r.URL.Query().Get("like"))
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			_ = writeRows(w, rows)
			rows.Close()
		}
	})
	return mux
}

func writeRows(w io.Writer, rows *sql.Rows) error {
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	var out []map[string]any
	for rows.Next() {
		values, dest := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		row := make(map[string]any, len(names))
		for i, name := range names {
			row[name] = values[i]
		}
		out = append(out, row)
	}
	return json.NewEncoder(w).Encode(out)
}

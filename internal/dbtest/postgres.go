package dbtest

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", for creating and dropping databases

	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

const postgresConns = 8

// postgres is the server of this test program, found or started once.
var postgres = sync.OnceValues(func() (*server, error) {
	s := &server{url: os.Getenv("GENJIN_TEST_PG")}
	if s.url == "" {
		if err := s.startPrivate(); err != nil {
			return nil, fmt.Errorf("starting PostgreSQL: %w", err)
		}
	}
	var err error
	if s.admin, err = sql.Open("pgx", s.url); err != nil {
		return nil, err
	}
	s.admin.SetMaxOpenConns(2)
	return s, nil
})

type server struct {
	url     string // of the database for administration
	admin   *sql.DB
	private *exec.Cmd // when it is ours: holds the pipe that keeps it running

	once     sync.Once
	template string // name of the migrated database that others are copied from
	failed   error
}

// freshPostgres gives the URL of a new database, migrated or empty, that is dropped after the test.
func freshPostgres(t testing.TB, migrated bool) string {
	t.Helper()
	s, err := postgres()
	if err != nil {
		t.Fatal("dbtest:", err)
	}
	template := "template0"
	if migrated {
		s.once.Do(func() { s.template, s.failed = s.migratedTemplate(context.Background()) })
		if s.failed != nil {
			t.Fatal("dbtest: migrate:", s.failed)
		}
		template = s.template
	}
	name := fmt.Sprintf("test_%016x", rand.Uint64())
	if err := s.create(t.Context(), name, template); err != nil {
		t.Fatal("dbtest:", err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error("dbtest: drop:", err)
		}
	})
	return s.of(name)
}

func (s *server) create(ctx context.Context, name, template string) error {
	_, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" ENCODING 'UTF8'")
	return err
}

// of gives the URL of a database on the server.
func (s *server) of(name string) string {
	u, err := url.Parse(s.url)
	if err != nil {
		return s.url
	}
	u.Path = "/" + name
	return u.String()
}

// migratedTemplate gives the name of a migrated database. It is named by what the migrations say, so that the test
// programs of one run share it; one that was begun and not finished has another name and is of no harm.
func (s *server) migratedTemplate(ctx context.Context) (string, error) {
	steps, err := migrations.Own()
	if err != nil {
		return "", err
	}
	sums := sha256.New()
	for _, step := range steps {
		sums.Write([]byte(step.Checksum))
	}
	name := "template_" + hex.EncodeToString(sums.Sum(nil)[:8])
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", name); err != nil {
		return "", err
	}
	defer conn.ExecContext(ctx, "SELECT pg_advisory_unlock(hashtextextended($1, 0))", name)
	var there bool
	err = conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there)
	if err != nil || there {
		return name, err
	}
	draft := fmt.Sprintf("draft_%d", os.Getpid())
	if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+draft+" WITH (FORCE)"); err != nil {
		return "", err
	}
	if err := s.create(ctx, draft, "template0"); err != nil {
		return "", err
	}
	if err := migrate(ctx, sqldb.Options{URL: s.of(draft), Unsafe: true}); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+draft+" RENAME TO "+name)
	return name, err
}

// startPrivate starts a server that ends with this program, however that ends: it runs until its standard input is
// closed, and the other end of that pipe is ours alone.
func (s *server) startPrivate() error {
	script, err := findScript()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "genjin-pg-")
	if err != nil {
		return err
	}
	var said strings.Builder
	command := exec.Command(script, "run", dir)
	command.Env = append(os.Environ(), "TESTPG_PORT=")
	command.Stderr = &said
	if _, err = command.StdinPipe(); err != nil {
		return err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return errors.Join(err, command.Wait(), errors.New(said.String()))
	}
	s.url, s.private = strings.TrimSpace(line), command
	return nil
}

// findScript finds scripts/testpg in the module this package stands in.
func findScript() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		script := filepath.Join(dir, "scripts", "testpg")
		if _, err := os.Stat(script); err == nil {
			return script, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("scripts/testpg not found above the working folder")
		}
		dir = parent
	}
}

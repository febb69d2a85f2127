package cli_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"genjin/internal/cli"
	"genjin/internal/dbtest"
	"genjin/internal/sqldb"
)

// embedded says whether the database lies in the data folder; what follows is about that folder.
func embedded(t *testing.T) bool {
	if dbtest.Postgres() {
		t.Log("with PostgreSQL commands run in a process of their own")
	}
	return !dbtest.Postgres()
}

func TestSocketIsPrivate(t *testing.T) {
	if !embedded(t) {
		return
	}
	p := newPlace(t)
	s := p.serve(t)
	socket := filepath.Join(p.data(), "genjin.sock")
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rights of the socket: %v, %v", info, err)
	}
	if info, err = os.Stat(p.data()); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("rights of the data folder: %v, %v", info, err)
	}
	s.stop(t)
	if _, err := os.Stat(socket); err == nil {
		t.Error("the socket stays behind")
	}
}

func TestFolderInUse(t *testing.T) {
	if !embedded(t) {
		return
	}
	p := newPlace(t)
	unlock, err := sqldb.LockFolder(p.data()) // another program that takes no commands
	if err != nil {
		t.Fatal(err)
	}
	p.refused(t, "", "is used by another Genjin process", "serve")
	p.refused(t, "", "is used by another Genjin process", "user", "list")
	go func() {
		time.Sleep(time.Second)
		unlock()
	}()
	p.must(t, "", "user", "list") // it waits a little
}

func TestServerKilled(t *testing.T) {
	if !embedded(t) {
		return
	}
	p := newPlace(t)
	s := p.serve(t)
	p.createUser(t, "wang")
	s.Process.Kill()
	s.Wait()
	if list := p.must(t, "", "user", "list"); !strings.Contains(list, "wang") {
		t.Errorf("what was acknowledged is lost:\n%s", list)
	}
	p.serve(t)
	p.must(t, "", "check")
}

// holds is how many bytes a pipe holds, in pages.
const holds, page = 64 << 10, 4 << 10

// blockedBackup starts a backup that cannot go on: nobody reads what it writes.
func blockedBackup(t *testing.T, p place) (kill func(os.Signal) int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := w.Write(make([]byte, holds-page)); err != nil { // the beginning of a backup fits, and no more
		t.Fatal(err)
	}
	cmd := p.command("backup", "-")
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for until := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		n, err := inPipe(r)
		if err != nil || time.Now().After(until) {
			t.Fatal("the backup does not begin", n, err)
		}
		if n > holds-page {
			break
		}
	}
	return func(signal os.Signal) int {
		cmd.Process.Signal(signal)
		// The signal is to be seen before the command can go on, on a busy machine too.
		time.AfterFunc(2*time.Second, func() { io.Copy(io.Discard, r) })
		cmd.Wait()
		return cmd.ProcessState.ExitCode()
	}
}

func TestStopACommand(t *testing.T) {
	p := newPlace(t)
	s := p.serve(t)
	p.createUser(t, "wang")
	if status := blockedBackup(t, p)(os.Interrupt); status != cli.Failed {
		t.Errorf("interrupted: status %d", status)
	}
	blockedBackup(t, p)(syscall.SIGKILL)
	if list := p.must(t, "", "user", "list"); !strings.Contains(list, "wang") {
		t.Error("the server takes no commands any more")
	}
	s.stop(t)
	blockedBackup(t, p)(syscall.SIGKILL) // the command has the data itself
	p.must(t, "", "check")
}

func TestServerStopsDuringACommand(t *testing.T) {
	if !embedded(t) {
		return
	}
	p := newPlace(t)
	s := p.serve(t)
	end := blockedBackup(t, p)
	s.stop(t)
	if status := end(syscall.Signal(0)); status != cli.Failed {
		t.Errorf("status %d", status)
	}
}

// TestPoliteStop sends half a request, has the server stop, and sends the rest.
func TestPoliteStop(t *testing.T) {
	p := newPlace(t)
	s := p.serve(t)
	p.createUser(t, "wang")
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := fmt.Sprintf(`{"login":"wang","password":%q}`, password)
	fmt.Fprintf(conn, "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: 1\r\nContent-Length: %d\r\n\r\n%s",
		len(body), body[:10])
	time.Sleep(200 * time.Millisecond)
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	wait(t, "the server takes no more connections", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	io.WriteString(conn, body[10:])
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("the request under way got %v, %v", answer, err)
	}
	if err := s.Wait(); err != nil {
		t.Error("the server did not end well:", err)
	}
}

func TestAddressTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := newPlace(t)
	p.refused(t, "", "Cannot listen on "+l.Addr().String(), "serve", "--addr", l.Addr().String())
}

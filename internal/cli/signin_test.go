package cli_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestSignInCommands: links, lost factors and a new key, with the server stopped and running.
func TestSignInCommands(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(map[bool]string{false: "stopped", true: "running"}[running], func(t *testing.T) {
			p := newPlace(t)
			if running {
				p.serve(t)
			}
			p.createUser(t, "wang")
			out, said, _ := p.run(t, "", "user", "link", "wang")
			if !strings.HasPrefix(out, "/set-password#") || strings.Count(out, "\n") != 1 || !strings.Contains(said, "wang") {
				t.Errorf("link: %q %q", out, said)
			}
			p.refused(t, "", "There is no user “nobody”", "user", "link", "nobody")
			p.must(t, "", "user", "reset-factors", "wang")
			before := p.key(t)
			p.must(t, "", "key", "rotate")
			if after := p.key(t); after == before || strings.Count(after, "\n") != 1 {
				t.Errorf("the key is %q, before %q", after, before)
			}
			out, _, _ = p.run(t, "", "token", "create", "--as", "wang", "--permissions", "customer:view,customer:export", "--rows-per-day", "100")
			if !strings.HasPrefix(out, "gj_") {
				t.Errorf("token: %q", out)
			}
			p.refused(t, "", "permissions: ", "token", "create", "--as", "wang", "--permissions", "customer:fly")
		})
	}
}

// key gives the text of the key file, which is its owner's alone.
func (p place) key(t *testing.T) string {
	t.Helper()
	path := filepath.Join(p.data(), "secret.key")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is %v", info.Mode())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestBackupHasNoKey: a key that travels with what it seals protects nothing.
func TestBackupHasNoKey(t *testing.T) {
	p := newPlace(t)
	p.createUser(t, "wang")
	key := strings.TrimSpace(p.key(t))
	p.must(t, "", "backup", "b.zip")
	r, err := zip.OpenReader(filepath.Join(p.dir, "b.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		part.Close()
		if strings.Contains(f.Name, "secret") || bytes.Contains(b, []byte(key)) {
			t.Errorf("the key is in %s", f.Name)
		}
	}
}

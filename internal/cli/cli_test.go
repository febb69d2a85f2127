package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"genjin/internal/cli"
	"genjin/internal/dbtest"
)

// TestMain lets the test program be the product: its tests start it as processes of their own.
func TestMain(m *testing.M) {
	if os.Getenv("GENJIN_AS_PROGRAM") == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Main(ctx, cli.Process{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lookup: os.LookupEnv, Version: "test",
	}))
}

// place is an installation: a working folder with a data folder in it, or a database on PostgreSQL.
type place struct {
	dir string
	env []string
}

func newPlace(t *testing.T) place {
	t.Helper()
	p := place{dir: t.TempDir(), env: append(os.Environ(), "GENJIN_AS_PROGRAM=1", "LC_ALL=C", "GENJIN_ADDR=127.0.0.1:0", "GENJIN_LOG_LEVEL=error")}
	if dbtest.Postgres() {
		p.env = append(p.env, "GENJIN_DB="+dbtest.Empty(t).URL, "GENJIN_UNSAFE_DB=yes")
	}
	return p
}

func (p place) data() string { return filepath.Join(p.dir, "data") }

func (p place) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

// run runs a command to its end.
func (p place) run(t *testing.T, stdin string, args ...string) (out, errs string, status int) {
	t.Helper()
	cmd := p.command(args...)
	var o, e bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// must runs a command that has to succeed and gives what it wrote.
func (p place) must(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, errs, status := p.run(t, stdin, args...)
	if status != cli.OK {
		t.Fatalf("%v: status %d\n%s%s", args, status, out, errs)
	}
	return out + errs
}

// refused runs a command that has to fail and say so.
func (p place) refused(t *testing.T, stdin, say string, args ...string) {
	t.Helper()
	out, errs, status := p.run(t, stdin, args...)
	if status != cli.Failed || !strings.Contains(errs, say) {
		t.Errorf("%v: status %d, says %q%q; want a refusal with %q", args, status, out, errs, say)
	}
}

// server is a running server.
type server struct {
	*exec.Cmd
	url string
}

var url = regexp.MustCompile(`http://\S+`)

// serve starts a server and waits until it answers.
func (p place) serve(t *testing.T) *server {
	t.Helper()
	s := &server{Cmd: p.command("serve")}
	s.Stderr = os.Stderr
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill(); s.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the server does not start:", err)
	}
	s.url = url.FindString(line)
	return s
}

// stop ends the server politely.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		t.Error("the server did not end well:", err)
	}
}

const password = "Kranich-im-Nebel-7"

func (p place) createUser(t *testing.T, login string) {
	t.Helper()
	p.must(t, password+"\n", "user", "create", "--login", login, "--name", "王五", "--role", "admin", "--password-stdin")
}

// TestUsers does the same with the server stopped and running.
func TestUsers(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(map[bool]string{false: "stopped", true: "running"}[running], func(t *testing.T) {
			p := newPlace(t)
			if running {
				p.serve(t)
			}
			p.createUser(t, "wang")
			p.refused(t, password, "already used", "user", "create", "--login", "WANG", "--password-stdin")
			p.refused(t, "short", "password: ", "user", "create", "--login", "li", "--password-stdin")
			p.refused(t, password, "--password-stdin", "user", "create", "--login", "li")
			p.refused(t, password, "no role “king”", "user", "create", "--login", "li", "--role", "king", "--password-stdin")
			p.refused(t, password, "no department “Mars”", "user", "create", "--login", "li", "--department", "Mars", "--password-stdin")
			p.refused(t, "", "There is no user “nobody”", "user", "disable", "nobody")
			p.refused(t, "", "LOGIN is missing", "user", "disable")
			p.refused(t, "", "administrator must remain", "user", "disable", "wang")
			p.createUser(t, "zhao")
			p.must(t, "", "user", "disable", "zhao")
			p.refused(t, "", "zhao is disabled", "token", "create", "--as", "zhao")
			list := p.must(t, "", "user", "list")
			if !regexp.MustCompile(`wang +王五 +\S+ +active\nzhao +王五 +\S+ +disabled\n`).MatchString(list) {
				t.Errorf("list:\n%s", list)
			}
			p.must(t, "", "user", "enable", "zhao")
			p.must(t, password+"8", "user", "password", "zhao", "--password-stdin")
			out, _, _ := p.run(t, "", "token", "create", "--as", "zhao", "--days", "2")
			if !strings.HasPrefix(out, "gj_") || strings.Count(out, "\n") != 1 {
				t.Errorf("token: %q", out)
			}
		})
	}
}

func TestTokenWorks(t *testing.T) {
	p := newPlace(t)
	s := p.serve(t)
	p.createUser(t, "wang")
	out, _, _ := p.run(t, "", "token", "create", "--as", "wang")
	r, err := http.NewRequest(http.MethodGet, s.url+"/api/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(out))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if b, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK || !strings.Contains(string(b), `"login":"wang"`) {
		t.Errorf("%s %s", answer.Status, b)
	}
}

// TestWrongInput: whoever mistypes a command reads in their language what is wrong, and nothing has happened.
func TestWrongInput(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(map[bool]string{false: "stopped", true: "running"}[running], func(t *testing.T) {
			p := newPlace(t)
			if running {
				p.serve(t)
			}
			p.createUser(t, "wang")
			p.write(t, "a.csv", "客户名称\n甲有限公司\n")
			for i, c := range []struct{ args, en, zh string }{
				{"bogus", "no command “bogus”", "没有“bogus”这个命令"},
				{"user", "there are user create, user list", "有：user create, user list"},
				{"user creat", "no command “user creat”; there are user create", "没有“user creat”这个命令；有：user create"},
				{"user list extra", "“extra” is one argument too many", "多余的参数“extra”"},
				{"check extra", "“extra” is one argument too many", "多余的参数“extra”"},
				{"version extra", "“extra” is one argument too many", "多余的参数“extra”"},
				{"user list --nonsense", "“genjin user list” has no --nonsense", "“genjin user list”没有 --nonsense 这个参数"},
				{"token create --days", "--days needs a value", "--days 之后要有值"},
				{"token create --days soon", "--days cannot be “soon”", "--days 的值“soon”不可用"},
				{"token create --as wang --days 0", "--days cannot be “0”", "--days 的值“0”不可用"},
				{"token create --as wang --days 1000", "days: ", "days: 有效期"},
				{"demo --customers 0", "--customers cannot be “0”", "--customers 的值“0”不可用"},
				{"demo --followups -1", "--followups cannot be “-1”", "--followups 的值“-1”不可用"},
				{"import", "--as LOGIN is missing", "缺少参数 --as 登录名"},
				{"import --as wang", "FILE is missing", "缺少参数 文件"},
				{"import none.csv --as wang", "none.csv cannot be read: it does not exist", "无法读取 none.csv：不存在"},
				{"import . --as wang", "cannot be read: it is a folder", "无法读取 .：它是一个文件夹"},
				{"import a.csv --as nobody", "no user “nobody”", "没有登录名为“nobody”的用户"},
				{"import a.csv --as wang --into planet", "no kind of record “planet”; there are customer, contact, lead, followup", "没有“planet”这种对象；有：customer, contact, lead, followup"},
				{"import a.csv --as wang --duplicates maybe", "--duplicates cannot be “maybe”: it may be: skip, fill, overwrite, create", "--duplicates 的值“maybe”不可用：可选值：skip"},
				{"export planet --as wang -o x.csv", "no kind of record “planet”", "没有“planet”这种对象"},
				{"export file --as wang -o x.csv", "no kind of record “file”", "没有“file”这种对象"},
				{"export --as wang -o x.csv", "customer|contact|… is missing", "缺少参数 customer|contact|…"},
				{"export customer --as wang", "-o FILE is missing", "缺少参数 -o 文件"},
				{"export customer --as wang -o x.pdf", "--format cannot be “pdf”: it may be: xlsx, csv", "--format 的值“pdf”不可用：可选值：xlsx, csv"},
				{"export customer --as wang -o nowhere/x.csv", "nowhere/x.csv cannot be written: it does not exist", "无法写入 nowhere/x.csv：不存在"},
				{"user create --password-stdin", "--login LOGIN is missing", "缺少参数 --login 登录名"},
				{"user disable", "LOGIN is missing", "缺少参数 登录名"},
				{"backup", "FILE is missing", "缺少参数 文件"},
				{"restore none.zip", "none.zip cannot be read: it does not exist", "无法读取 none.zip：不存在"},
			} {
				// Each in one language here, in the other there.
				lang, say := "C", c.en
				if (i%2 == 0) == running {
					lang, say = "zh_CN.UTF-8", c.zh
				}
				in := p
				in.env = append(slices.Clone(p.env), "LC_ALL="+lang)
				in.refused(t, "", say, strings.Fields(c.args)...)
			}
			if list := p.must(t, "", "user", "list"); strings.Count(list, "\n") != 1 {
				t.Errorf("users: %s", list)
			}
		})
	}
}

func TestHelpOfOneCommand(t *testing.T) {
	p := newPlace(t)
	for _, args := range [][]string{{"export", "--help"}, {"help", "export"}, {"export", "-h"}} {
		if help := p.must(t, "", args...); !strings.Contains(help, "genjin export customer|contact|…") || !strings.Contains(help, "\n  -o ") || !strings.Contains(help, "\n  --format ") {
			t.Errorf("%v: %s", args, help)
		}
	}
	p.env = append(p.env, "LC_ALL=zh_CN.UTF-8")
	if help := p.must(t, "", "help"); !strings.Contains(help, "import 文件") || !strings.Contains(help, "user disable 登录名") {
		t.Errorf("help:\n%s", help)
	}
}

func TestLanguages(t *testing.T) {
	p := newPlace(t)
	p.refused(t, "", "There is no command “nonsense here”", "nonsense", "here")
	p.refused(t, "", "has no --nonsense", "user", "list", "--nonsense")
	p.env = append(p.env, "LC_ALL=zh_CN.UTF-8")
	p.refused(t, "", "没有“nonsense”这个命令", "nonsense")
	p.refused(t, "", "--addr 的值“nowhere”不可用", "serve", "--addr", "nowhere")
	if help := p.must(t, "", "help"); !strings.Contains(help, "备份到一个文件") {
		t.Errorf("help:\n%s", help)
	}
	if help := p.must(t, "", "user", "create", "-h"); !strings.Contains(help, "--login") {
		t.Errorf("help:\n%s", help)
	}
	p.env = append(p.env, "GENJIN_ADDR=nowhere")
	p.refused(t, "", "GENJIN_ADDR 的值“nowhere”不可用：应写成 主机:端口", "user", "list")
	p.refused(t, "", "无法读取配置文件 none.conf：不存在", "user", "list", "--config", "none.conf")
	if v := p.must(t, "", "version"); !strings.HasPrefix(v, "genjin test go1.") {
		t.Errorf("version: %s", v)
	}
}

var digest = regexp.MustCompile(`digest ([0-9a-f]{64})`)

func digestIn(t *testing.T, said string) string {
	t.Helper()
	found := digest.FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("no digest in %q", said)
	}
	return found[1]
}

func TestBackupAndRestore(t *testing.T) {
	from := newPlace(t)
	s := from.serve(t)
	from.createUser(t, "wang")
	before := digestIn(t, from.must(t, "", "backup", "one.zip"))
	if info, err := os.Stat(filepath.Join(from.dir, "one.zip")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v, %v", info.Mode(), err)
	}
	from.createUser(t, "zhao")
	if !dbtest.Postgres() {
		from.refused(t, "", "used by another", "restore", "one.zip")
	} else {
		from.refused(t, "", "stop all of them", "restore", "one.zip")
	}
	s.stop(t)

	to := newPlace(t)
	archive := filepath.Join(from.dir, "one.zip")
	if got := digestIn(t, to.must(t, "", "restore", archive)); got != before {
		t.Errorf("restored digest %s; want %s", got, before)
	}
	to.must(t, "", "check")
	if got := digestIn(t, to.must(t, "", "backup", "two.zip")); got != before {
		t.Errorf("digest of the restored installation %s; want %s", got, before)
	}
	if list := to.must(t, "", "user", "list"); !strings.Contains(list, "wang") || strings.Contains(list, "zhao") {
		t.Errorf("restored users:\n%s", list)
	}

	from.must(t, "", "restore", "one.zip")
	if list := from.must(t, "", "user", "list"); strings.Contains(list, "zhao") {
		t.Error("restoring over data keeps some of it")
	}
}

func TestBackupToStdout(t *testing.T) {
	p := newPlace(t)
	p.serve(t)
	out, _, status := p.run(t, "", "backup", "-")
	if status != cli.OK || !strings.HasPrefix(out, "PK") {
		t.Errorf("status %d, %d bytes", status, len(out))
	}
}

func TestBadBackupIsRefused(t *testing.T) {
	p := newPlace(t)
	p.createUser(t, "wang")
	p.must(t, "", "backup", "good.zip")
	good, err := os.ReadFile(filepath.Join(p.dir, "good.zip"))
	if err != nil {
		t.Fatal(err)
	}
	p.createUser(t, "zhao")
	good[len(good)/3] ^= 1
	for name, content := range map[string][]byte{"cut.zip": good[:len(good)/2], "bad.zip": good, "not.zip": []byte("hello")} {
		if err := os.WriteFile(filepath.Join(p.dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		p.refused(t, "", "backup", "restore", name)
	}
	p.refused(t, "", "none.zip cannot be read", "restore", "none.zip")
	if list := p.must(t, "", "user", "list"); !strings.Contains(list, "zhao") {
		t.Error("a refused restore changed data")
	}
}

func TestBackupThatCannotBeWritten(t *testing.T) {
	p := newPlace(t)
	p.refused(t, "", "nowhere/x.zip cannot be written", "backup", "nowhere/x.zip")
	p.serve(t)
	p.refused(t, "", "nowhere/x.zip cannot be written", "backup", "nowhere/x.zip")
	p.refused(t, "", "FILE is missing", "backup")
}

// wait waits for something to come true.
func wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 100 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("not within 5 s: " + what)
}

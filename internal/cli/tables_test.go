package cli_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"genjin/internal/cli"
)

// write puts a file into the working folder.
func (p place) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// result is what import --json says.
type result struct {
	State    string
	Result   struct{ Rows, Created, Updated, Skipped, Refused int }
	Problems []struct{ Row int }
	Sheets   []struct {
		Sheet     string
		HeaderRow int `json:"header_row"`
		Columns   []struct{ Header, Field string }
		Created   int
		Refused   []struct {
			Row                         int
			Column, Value, Code, Reason string
		}
	}
}

// imported runs an import and gives what it says.
func (p place) imported(t *testing.T, want int, args ...string) (r result) {
	t.Helper()
	out, errs, status := p.run(t, "", append([]string{"import", "--json", "--as", "wang"}, args...)...)
	if status != want {
		t.Fatalf("import %v: status %d, want %d\n%s%s", args, status, want, out, errs)
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	return r
}

// TestImportAndExport does the same with the server stopped and running.
func TestImportAndExport(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(map[bool]string{false: "stopped", true: "running"}[running], func(t *testing.T) {
			p := newPlace(t)
			if running {
				p.serve(t)
			}
			p.createUser(t, "wang")
			importAndExport(t, p)
		})
	}
}

func importAndExport(t *testing.T, p place) {
	p.write(t, "good.csv", "客户名称,联系方式\n深圳市华跃科技有限公司,13800138000\n广州明远机械厂,020-88886666\n")
	p.write(t, "some.csv", "客户名称,统一社会信用代码\n东莞宏图电子有限公司,\n佛山陶然居,91440300MA5XXXXXXX\n")
	if r := p.imported(t, cli.OK, "good.csv", "--dry-run"); r.State != "checked" || r.Result.Created != 2 {
		t.Errorf("dry run: %+v", r)
	}
	if r := p.imported(t, cli.OK, "good.csv"); r.State != "done" || r.Result.Created != 2 {
		t.Errorf("import: %+v", r)
	}
	if r := p.imported(t, cli.OK, "good.csv"); r.Result.Created != 0 {
		t.Errorf("the same again: %+v", r)
	}
	if r := p.imported(t, cli.Partial, "some.csv", "--refused", "refused.xlsx"); r.Result.Created != 1 || r.Result.Refused != 1 || len(r.Problems) == 0 {
		t.Errorf("a bad row: %+v", r)
	}
	if r := p.imported(t, cli.Partial, "some.csv", "--dry-run"); len(r.Sheets) != 1 || r.Sheets[0].HeaderRow != 1 || r.Sheets[0].Columns[0].Field != "customer.name" ||
		len(r.Sheets[0].Refused) != 1 || r.Sheets[0].Refused[0].Row != 3 || r.Sheets[0].Refused[0].Column != "统一社会信用代码" || r.Sheets[0].Refused[0].Reason == "" {
		t.Errorf("by sheet: %+v", r.Sheets)
	}
	if b, err := os.ReadFile(filepath.Join(p.dir, "refused.xlsx")); err != nil || !strings.HasPrefix(string(b), "PK") {
		t.Errorf("refused rows: %v", err)
	}
	checked, _, _ := p.run(t, "", "import", "--as", "wang", "good.csv", "--dry-run")
	if !strings.Contains(checked, "Checked 2 rows") {
		t.Errorf("says %q", checked)
	}
	p.refused(t, "", "none.csv cannot be read", "import", "none.csv", "--as", "wang")
	p.refused(t, "", "no sheet “x”", "import", "good.csv", "--as", "wang", "--sheet", "x")
	p.refused(t, "", "--as LOGIN is missing", "import", "good.csv")
	p.refused(t, "", "no user “li”", "import", "good.csv", "--as", "li")
	p.refused(t, "", "no kind of record “planet”", "import", "good.csv", "--as", "wang", "--into", "planet")

	p.must(t, "", "export", "customer", "--as", "wang", "-o", "all.xlsx")
	csv, said, _ := p.run(t, "", "export", "customer", "--as", "wang", "-o", "-", "--fields", "name",
		"--filter", `{"field":"name","op":"contains","value":"有限公司"}`)
	if strings.Count(csv, "有限公司") != 2 || strings.Contains(csv, "广州") {
		t.Errorf("filtered export: %q", csv)
	}
	if !strings.Contains(said, "Exported 2 records to the standard output") {
		t.Errorf("says %q", said)
	}
	p.must(t, "", "export", "customer", "--as", "wang", "-o", "mine.csv", "--view", "我的客户")
	p.refused(t, "", "no view “theirs”", "export", "customer", "--as", "wang", "-o", "x.csv", "--view", "theirs")
	p.refused(t, "", "-o FILE is missing", "export", "customer", "--as", "wang")
	p.refused(t, "", "xlsx, csv", "export", "customer", "--as", "wang", "-o", "x.pdf")
	p.must(t, "", "check")
}

// rows is a file of n customers.
func rows(n int) string {
	var b strings.Builder
	b.WriteString("客户名称,联系方式\n")
	for i := range n {
		fmt.Fprintf(&b, "测试客户第%d号有限公司,138%08d\n", i, i)
	}
	return b.String()
}

// customers counts them.
func (p place) customers(t *testing.T) int {
	t.Helper()
	csv, errs, status := p.run(t, "", "export", "customer", "--as", "wang", "-o", "-", "--format", "csv", "--fields", "name")
	if status != cli.OK {
		t.Fatal(errs)
	}
	return strings.Count(csv, "测试客户")
}

// halfway starts an import of n customers and returns when some are written.
func (p place) halfway(t *testing.T, n int) *exec.Cmd {
	t.Helper()
	p.write(t, "many.csv", rows(n))
	cmd := p.command("import", "many.csv", "--as", "wang")
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(progress).ReadString('%'); err != nil {
		t.Fatal("no progress is told:", err)
	}
	go io.Copy(io.Discard, progress)
	return cmd
}

// TestStopAnImport interrupts imports in the middle: what was written is taken back.
func TestStopAnImport(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(map[bool]string{false: "stopped", true: "running"}[running], func(t *testing.T) {
			p := newPlace(t)
			if running {
				p.serve(t)
			}
			p.createUser(t, "wang")
			cmd := p.halfway(t, 12_000)
			cmd.Process.Signal(os.Interrupt)
			cmd.Wait()
			if status := cmd.ProcessState.ExitCode(); status != cli.Failed {
				t.Errorf("status %d", status)
			}
			if n := p.customers(t); n != 0 {
				t.Errorf("%d customers of a cancelled import", n)
			}
			p.must(t, "", "check")
		})
	}
}

// TestImportSurvivesKill kills the process that imports; the next server goes on, without half or double rows.
func TestImportSurvivesKill(t *testing.T) {
	p := newPlace(t)
	p.createUser(t, "wang")
	const n = 12_000
	cmd := p.halfway(t, n)
	cmd.Process.Kill()
	cmd.Wait()
	p.serve(t)
	deadline := time.Now().Add(4 * time.Minute)
	for last := -1; ; time.Sleep(time.Second) {
		got := p.customers(t)
		if got == n {
			break
		}
		if got < last || got > n || time.Now().After(deadline) {
			t.Fatalf("%d customers after %d, want %d in the end", got, last, n)
		}
		last = got
	}
	p.must(t, "", "check")
}

func TestDemo(t *testing.T) {
	p := newPlace(t)
	said := p.must(t, "", "demo", "--customers", "20", "--seed", "7")
	if !strings.Contains(said, "20 customers") || !strings.Contains(said, "with the password") {
		t.Errorf("says %q", said)
	}
	p.refused(t, "", "", "demo")
	p.must(t, "", "check")
}

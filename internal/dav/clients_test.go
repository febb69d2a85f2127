package dav_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/record"
)

// machine is a computer with programs that people use, and a home of its own for them.
type machine struct {
	*phone
	home string
	env  []string
}

// wantClients says that programs must be there; else tests that need one that is not are skipped.
const wantClients = "GENJIN_TEST_CLIENTS"

func newMachine(t *testing.T, programs ...string) *machine {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv(wantClients) != "" {
				t.Fatalf("%s is not here", program)
			}
			t.Skipf("%s is not here", program)
		}
	}
	k := newShop(t)
	k.Clock.Advance(time.Since(k.Clock.Now())) //nolint:forbidigo // the programs live today
	m := &machine{phone: k.phone(k.rep.user), home: t.TempDir()}
	m.env = append(os.Environ(), "HOME="+m.home, "XDG_CONFIG_HOME="+m.home+"/.config", "XDG_DATA_HOME="+m.home+"/.data", "XDG_CACHE_HOME="+m.home+"/.cache",
		"XDG_STATE_HOME="+m.home+"/.state", "TZ=Asia/Shanghai", "LC_ALL=C.UTF-8", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	return m
}

// write writes a file in the home of the machine.
func (m *machine) write(name, text string) string {
	m.T.Helper()
	path := filepath.Join(m.home, name)
	m.Must(os.MkdirAll(filepath.Dir(path), 0o700))
	m.Must(os.WriteFile(path, []byte(text), 0o600))
	return path
}

// run runs a program, with what is typed into it, and gives what it says.
func (m *machine) run(typed, name string, args ...string) string {
	m.T.Helper()
	ctx, cancel := context.WithTimeout(m.T.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = m.home, m.env, strings.NewReader(typed)
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.T.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// file gives the one file of a folder.
func (m *machine) file(pattern string) string {
	m.T.Helper()
	found, err := filepath.Glob(filepath.Join(m.home, pattern))
	m.Must(err)
	if len(found) != 1 {
		m.T.Fatalf("%d files are %s: %v", len(found), pattern, found)
	}
	return found[0]
}

// vdirsyncer sets up the program that keeps calendars and address books in folders, and fetches them.
func (m *machine) vdirsyncer() {
	m.T.Helper()
	var config strings.Builder
	fmt.Fprintf(&config, "[general]\nstatus_path = %q\n", m.home+"/status")
	for kind, ending := range map[string]string{"caldav": ".ics", "carddav": ".vcf"} {
		fmt.Fprintf(&config, "[pair %[1]s]\na = \"%[1]s_here\"\nb = \"%[1]s_there\"\ncollections = [\"from b\"]\nconflict_resolution = \"b wins\"\n"+
			"[storage %[1]s_here]\ntype = \"filesystem\"\npath = %[2]q\nfileext = %[3]q\n"+
			"[storage %[1]s_there]\ntype = %[1]q\nurl = %[4]q\nusername = %[5]q\npassword = %[6]q\n",
			kind, m.home+"/"+kind, ending, m.server.URL+"/", m.user.Login, m.secret)
	}
	m.env = append(m.env, "VDIRSYNCER_CONFIG="+m.write("vdirsyncer", config.String()))
	m.run(strings.Repeat("y\n", 20), "vdirsyncer", "discover")
	m.sync()
}

func (m *machine) sync() { m.T.Helper(); m.run("", "vdirsyncer", "sync") }

func (m *machine) now(f *crm.Followup) *crm.Followup { return get[crm.Followup](m.shop, f.ID) }

func TestKhalShowsAndMovesPlans(t *testing.T) {
	t.Parallel()
	m := newMachine(t, "vdirsyncer", "khal")
	f := m.planned(m.customer("深圳市华盛精密设备有限公司"), nil)
	m.vdirsyncer()
	m.write(".config/khal/config", "[calendars]\n[[plans]]\npath = "+m.home+"/caldav/plans\n[locale]\nlocal_timezone = Asia/Shanghai\ndefault_timezone = Asia/Shanghai\n"+
		"timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n")
	if list := m.run("", "khal", "list", "tomorrow", "2d"); !strings.Contains(list, "14:30-15:00 拜访 深圳市华盛精密设备有限公司") || !strings.Contains(list, "谈二期合同") {
		t.Errorf("khal lists:\n%s", list)
	}

	file := m.file("caldav/plans/*.ics")
	text, err := os.ReadFile(file)
	m.Must(err)
	at := f.PlannedAt.Time
	m.Must(os.WriteFile(file, []byte(strings.NewReplacer(
		at.UTC().Format("20060102T150405Z"), at.Add(24*time.Hour).UTC().Format("20060102T150405Z"),
		at.Add(30*time.Minute).UTC().Format("20060102T150405Z"), at.Add(25*time.Hour).UTC().Format("20060102T150405Z"),
	).Replace(string(text))), 0o600))
	m.sync()
	if now := m.now(f); !now.PlannedAt.Equal(at.Add(24*time.Hour)) || *now.Minutes != 60 || now.PostponeReason == "" {
		t.Errorf("moved in khal's folder: %v, %v", now.PlannedAt, now.Minutes)
	}

	day := m.tomorrow(0, 0).AddDate(0, 0, 5).Format("2006-01-02")
	m.run("", "khal", "new", "-a", "plans", day, "10:00", "11:30", "电话 华盛精密设备 :: 确认交期")
	m.sync()
	var made []*crm.Followup
	m.Read(m.user, func(ctx context.Context, s *record.Session) (err error) {
		made, err = record.Find[crm.Followup](ctx, s, record.Query{Filter: &record.Filter{Field: "way", Op: entity.Is, Value: []byte(`"call"`)}})
		return err
	})
	if len(made) != 1 || made[0].Purpose != "确认交期" || *made[0].Minutes != 90 {
		t.Fatalf("made with khal: %+v", made)
	}
	m.sync()
	if list := m.run("", "khal", "list", day, "1d"); !strings.Contains(list, "10:00-11:30 电话 深圳市华盛精密设备有限公司") {
		t.Errorf("khal lists afterwards:\n%s", list)
	}

	m.Must(os.Remove(file))
	m.sync()
	if now := m.now(f); now.State != crm.FollowupCancelled {
		t.Errorf("removed in khal's folder: %s", now.State)
	}
}

func TestTodomanCompletesPlans(t *testing.T) {
	t.Parallel()
	m := newMachine(t, "vdirsyncer", "todoman")
	f := m.planned(m.customer("甲公司"), nil)
	m.vdirsyncer()
	m.write(".config/todoman/config.py", fmt.Sprintf("path = %q\ntime_format = '%%H:%%M'\ndate_format = '%%Y-%%m-%%d'\ndefault_list = 'tasks'\n", m.home+"/caldav/tasks"))
	if list := m.run("", "todoman", "list"); !strings.Contains(list, "拜访 甲公司") || !strings.Contains(list, f.PlannedAt.In(m.Store.Zone()).Format("2006-01-02 15:04")) {
		t.Errorf("todoman lists:\n%s", list)
	}
	m.run("", "todoman", "done", "1")
	m.sync()
	if now := m.now(f); now.State != crm.FollowupDone || now.Content != "在手机日历中完成" {
		t.Errorf("done in todoman: %s, %q", now.State, now.Content)
	}
	m.sync()
	if text, err := os.ReadFile(m.file("caldav/tasks/*.ics")); err != nil || !strings.Contains(string(text), "STATUS:COMPLETED") {
		t.Errorf("what todoman has afterwards: %v\n%s", err, text)
	}
}

func TestKhardShowsAndChangesContacts(t *testing.T) {
	t.Parallel()
	m := newMachine(t, "vdirsyncer", "khard")
	c := m.contact(m.customer("甲公司"), nil)
	m.vdirsyncer()
	m.env = append(m.env, "KHARD_CONFIG="+m.write("khard.conf", "[addressbooks]\n[[customers]]\npath = "+m.home+"/carddav/customers\n[general]\neditor = true\nmerge_editor = true\n"))
	m.write(".config/khard/khard.conf", "[addressbooks]\n[[customers]]\npath = "+m.home+"/carddav/customers\n[general]\neditor = true\nmerge_editor = true\n")
	show := m.run("", "khard", "show", "欧阳晓东")
	for _, want := range []string{"13612345678", "oyxd@example.com", "甲公司", "采购经理"} {
		if !strings.Contains(strings.ReplaceAll(show, " ", ""), want) {
			t.Errorf("khard does not show %s:\n%s", want, show)
		}
	}
	file := m.file("carddav/customers/*.vcf")
	text, err := os.ReadFile(file)
	m.Must(err)
	m.Must(os.WriteFile(file, []byte(strings.ReplaceAll(string(text), "oyxd@example.com", "new@example.com")), 0o600))
	m.sync()
	if now := get[crm.Contact](m.shop, c.ID); now.Email != "new@example.com" || now.Mobile != c.Mobile {
		t.Errorf("changed in khard's folder: %+v", now)
	}
}

// python is Debian's, to whose packages the library belongs.
const python = "/usr/bin/python3"

const withPython = `
import sys, datetime, caldav
url, login, secret = sys.argv[1:4]
principal = caldav.DAVClient(url=url, username=login, password=secret).principal()
by = {c.url.path.rstrip("/").rsplit("/", 1)[1]: c for c in principal.calendars()}
assert sorted(by) == ["plans", "tasks"], by
plans, tasks = by["plans"], by["tasks"]
now = datetime.datetime.now(datetime.timezone.utc)
found = plans.date_search(now, now + datetime.timedelta(days=3))
assert len(found) == 2, found
assert len(plans.date_search(now + datetime.timedelta(days=30), now + datetime.timedelta(days=40))) == 0
event = [e for e in found if "move" in e.data][0]
start = event.vobject_instance.vevent.dtstart
start.value = start.value + datetime.timedelta(days=1)
end = event.vobject_instance.vevent.dtend
end.value = end.value + datetime.timedelta(days=1)
event.save()
todo = [t for t in tasks.todos() if "done" in t.data][0]
todo.complete()
left = tasks.todos()
assert len(left) == 1, [t.data for t in left]
known = plans.objects_by_sync_token()
before = known.sync_token
[e for e in plans.events() if "move" in e.data][0].delete()
assert len(list(plans.objects_by_sync_token())) == 1 # what was done stays for a while
print("well")
`

func TestPythonCalDAV(t *testing.T) {
	t.Parallel()
	m := newMachine(t, python)
	if err := exec.Command(python, "-c", "import caldav").Run(); err != nil {
		if os.Getenv(wantClients) != "" {
			t.Fatal("python3-caldav is not here")
		}
		t.Skip("python3-caldav is not here")
	}
	c := m.customer("甲公司")
	moved := m.planned(c, func(f *crm.Followup) { f.Purpose = "move" })
	done := m.planned(c, func(f *crm.Followup) {
		f.Purpose, f.PlannedAt, f.Remind = "done", clock.At(f.PlannedAt.Add(time.Hour)), entity.List{"60", "1440"}
	})
	if said := m.run("", python, m.write("it.py", withPython), m.server.URL+"/dav/", m.user.Login, m.secret); !strings.Contains(said, "well") {
		t.Error(said)
	}
	if now := m.now(done); now.State != crm.FollowupDone {
		t.Errorf("completed: %s", now.State)
	}
	if now := m.now(moved); now.State != crm.FollowupCancelled || !now.PlannedAt.Equal(moved.PlannedAt.Add(24*time.Hour)) {
		t.Errorf("moved and deleted: %s, %v", now.State, now.PlannedAt)
	}
}

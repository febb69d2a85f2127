package importer_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/files"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/migrations"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// many gives rows of as many customers, every third with a second contact.
func many(n int) string {
	rows := []string{"客户名称\t客户来源\t跟进阶段\t联系人\t手机\t跟进内容"}
	for i := range n {
		rows = append(rows, company1300(i)+"\t展会\t意向\t联系人甲\t"+mobile(2*i)+"\t电话沟通")
		if i%3 == 0 {
			rows = append(rows, company1300(i)+"\t展会\t意向\t联系人乙\t"+mobile(2*i+1)+"\t")
		}
	}
	return tsv(rows...)
}

// counts says how many records of each sort there are.
func (c *company) counts() string {
	c.T.Helper()
	var b strings.Builder
	c.Must(c.Store.DB().Read(c.T.Context(), func(tx *sqldb.Tx) error {
		for _, table := range []string{"customer", "contact", "followup", "stage_change", "search"} {
			var n int
			if err := tx.QueryRow(c.T.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %d ", table, n)
		}
		return nil
	}))
	return b.String()
}

// TestCancelTakesEverythingBack stops a run in its middle.
func TestCancelTakesEverythingBack(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	busy(t, c.Store.DB())
	before := c.counts()
	imp := c.start(c.Admin, "x.tsv", strings.NewReader(many(1500)))
	ctx, cancel := context.WithCancelCause(t.Context())
	done, err := c.m.Run(ctx, c.Admin, imp.ID, func(p importer.Progress) {
		if p.Done >= 900 {
			cancel(importer.ErrCancelled)
		}
	})
	c.Must(err)
	if done.State != importer.Cancelled || c.counts() != before || len(done.Conflicts) != 0 {
		t.Errorf("%s: %s, before %s; %+v", done.State, c.counts(), before, done.Conflicts)
	}
	if _, err := c.m.Run(t.Context(), c.Admin, imp.ID, nil); err == nil {
		t.Error("a cancelled import was run")
	}
	// Cancelled before it has begun, by a job that was asked for it meanwhile.
	again := c.start(c.Admin, "x.tsv", strings.NewReader(many(10)))
	if _, err := c.m.Run(ctx, c.Admin, again.ID, nil); err == nil {
		t.Error("nothing was begun that could be cancelled")
	}
}

// busy keeps somebody else writing until the test ends, so that an import commits each of its batches by itself.
func busy(t *testing.T, db *sqldb.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			_ = db.Write(ctx, func(*sqldb.Tx) error { return nil })
		}
	})
	t.Cleanup(func() { cancel(); done.Wait() })
}

// TestRunGoesOn breaks a run off again and again, without its user having cancelled it.
func TestRunGoesOn(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	busy(t, c.Store.DB())
	imp := c.start(c.Admin, "x.tsv", strings.NewReader(many(1500)))
	breaks := 0
	for {
		ctx, cancel := context.WithCancel(t.Context())
		begun := false
		done, err := c.m.Run(ctx, c.Admin, imp.ID, func(importer.Progress) {
			if begun {
				cancel()
			}
			begun = true
		})
		cancel()
		if err == nil {
			c.want(done, 1500, 500, 0, 0)
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if got, err := c.m.Get(t.Context(), c.Admin, imp.ID); err != nil || got.State != importer.Running {
			t.Fatalf("%v %+v", err, got)
		}
		if breaks++; breaks == 20 {
			t.Fatal("it gets no further")
		}
	}
	if breaks == 0 {
		t.Errorf("broken off %d times", breaks)
	}
	whole := newCompany(t)
	whole.run(whole.start(whole.Admin, "x.tsv", strings.NewReader(many(1500))))
	if got, want := c.counts(), whole.counts(); got != want {
		t.Errorf("broken off: %s\nat one go: %s", got, want)
	}
}

// TestTwoRunsAtOnce lets two processes run one import: each row is taken once.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.start(c.Admin, "x.tsv", strings.NewReader(many(900)))
	errs := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := newImporter(c.Kit).Run(t.Context(), c.Admin, imp.ID, nil)
			errs <- err
		}()
	}
	if a, b := <-errs, <-errs; (a == nil) == (b == nil) {
		t.Errorf("both: %v, %v", a, b)
	}
	if n := len(c.contactsOf(c.customer(company1300(0)).ID)); n != 2 {
		t.Errorf("%d contacts", n)
	}
	if got := c.counts(); !strings.HasPrefix(got, "customer 900 contact 1200 followup 900 ") {
		t.Error(got)
	}
}

func TestUndo(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	old := c.make(c.Admin, &crm.Customer{Name: "深圳甲科技有限公司", Source: "fair", Remark: "原备注"}, &crm.Contact{Name: "老张", Mobile: "13911112222", Main: true})
	before := c.counts()
	imp := c.run(c.with(c.text("客户名称\t客户来源\t备注\t联系人\t手机\t跟进内容",
		"深圳甲科技有限公司\t官网\t新备注\t小李\t13933334444\t拜访",
		"北京乙贸易有限公司\t展会\t\t王五\t13955556666\t电话",
		"上海丙网络有限公司\t展会\t\t\t\t",
	), importer.Overwrite))
	c.want(imp, 2, 1, 0, 0)
	if x := c.customer("深圳甲科技有限公司"); x.Source != "website" || x.Remark != "新备注" || x.LastFollowup.IsZero() {
		t.Fatalf("%+v", x)
	}
	imp, err := c.m.Undo(t.Context(), c.Admin, imp.ID, nil, nil)
	c.Must(err)
	x := c.customer("深圳甲科技有限公司")
	if imp.State != importer.Undone || len(imp.Conflicts) != 0 || c.counts() != before ||
		x.Source != "fair" || x.Remark != "原备注" || !x.LastFollowup.IsZero() || x.MainContact != "老张" || x.ID != old.ID {
		t.Errorf("%s %+v\n%s, before %s\n%+v", imp.State, imp.Conflicts, c.counts(), before, x)
	}
	if imp.Undoable() {
		t.Error("can be taken back once more")
	}
	if _, err := c.m.Undo(t.Context(), c.Admin, imp.ID, nil, nil); err == nil {
		t.Error("was taken back once more")
	}
}

// TestUndoLeavesWhatOthersChanged takes an import back after people went on working with what it brought.
func TestUndoLeavesWhatOthersChanged(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.make(c.Admin, &crm.Customer{Name: "深圳甲科技有限公司", Source: "fair", Grade: "C"})
	imp := c.run(c.with(c.text("客户名称\t客户来源\t客户等级\t联系人\t手机",
		"深圳甲科技有限公司\t官网\tA\t\t",
		"北京乙贸易有限公司\t展会\tA\t王五\t13955556666",
		"上海丙网络有限公司\t展会\tA\t赵六\t13955557777",
		"广州丁食品有限公司\t展会\tA\t孙七\t13955558888",
	), importer.Overwrite))
	c.want(imp, 3, 1, 0, 0)
	a, b, d := c.customer("深圳甲科技有限公司"), c.customer("北京乙贸易有限公司"), c.customer("广州丁食品有限公司")
	c.edit(c.Admin, a.ID, func(x *crm.Customer) { x.Grade = "B" })
	c.edit(c.Admin, b.ID, func(x *crm.Customer) { x.Need = "十台" })
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		return record.Create(ctx, s, &crm.Followup{CustomerID: d.ID, Content: "来电"})
	}))
	imp, err := c.m.Undo(t.Context(), c.Admin, imp.ID, nil, nil)
	c.Must(err)
	if len(imp.Conflicts) != 3 {
		t.Fatalf("%+v", imp.Conflicts)
	}
	byTitle := map[string]importer.Conflict{}
	for _, x := range imp.Conflicts {
		byTitle[x.Title] = x
	}
	if f := byTitle[a.Name].Fields; len(f) != 1 || f[0] != (importer.ConflictOne{Field: "grade", Label: "客户等级", Before: "C", Import: "A", Now: "B"}) {
		t.Errorf("%+v", f)
	}
	now := c.customer("深圳甲科技有限公司")
	if now.Source != "fair" || now.Grade != "B" {
		t.Errorf("%+v", now)
	}
	for _, x := range []*crm.Customer{b, d} {
		if len(byTitle[x.Name].Fields) != 0 || c.customer(x.Name).MainContact == "" || len(c.contactsOf(x.ID)) != 1 {
			t.Errorf("%s was not left whole: %+v", x.Name, byTitle[x.Name])
		}
	}
	if n := len(c.customers()); n != 3 {
		t.Errorf("%d customers", n)
	}
	// Forced, they go too; what somebody hung a follow-up of their own on stays.
	imp, err = c.m.Undo(t.Context(), c.Admin, imp.ID, []id.ID{a.ID, b.ID, d.ID}, nil)
	c.Must(err)
	if len(imp.Conflicts) != 1 || imp.Conflicts[0].ID != d.ID || len(c.customers()) != 2 || c.customer("深圳甲科技有限公司").Grade != "C" {
		t.Errorf("%+v; %d customers", imp.Conflicts, len(c.customers()))
	}
}

// TestUndoOfMany takes back more than fits one transaction.
func TestUndoOfMany(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	before := c.counts()
	imp := c.run(c.start(c.Admin, "x.tsv", strings.NewReader(many(1300))))
	last := importer.Progress{}
	_, err := c.m.Undo(t.Context(), c.Admin, imp.ID, nil, func(p importer.Progress) { last = p })
	c.Must(err)
	if c.counts() != before || last.Done != last.Total || last.Total == 0 {
		t.Errorf("%s, before %s; %+v", c.counts(), before, last)
	}
}

// TestImportIsForItsUser keeps imports from those who may not import.
func TestImportIsForItsUser(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	viewer := c.User("viewer", "看客", org.Auditor, c.Root)
	if _, err := c.m.Start(t.Context(), viewer, "customer", "x.tsv", strings.NewReader(many(1))); err == nil {
		t.Error("somebody without the permission may import")
	}
	imp := c.start(c.Admin, "x.tsv", strings.NewReader(many(1)))
	if _, err := c.m.Run(t.Context(), viewer, imp.ID, nil); err == nil {
		t.Error("somebody without the permission may run another's import")
	}
	if _, err := c.m.Start(t.Context(), c.Admin, "stage_change", "x.tsv", strings.NewReader(many(1))); err == nil {
		t.Error("what rules derive may be imported")
	}
}

// The test kills a process that imports and starts the next one, until the import is done.

const childVariable = "GENJIN_TEST_IMPORT"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		if err := importInChild(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// importInChild runs the newest import of the database that the environment names.
func importInChild(ctx context.Context) error {
	dir := os.Getenv(childVariable)
	h, err := openHouse(ctx, sqldb.Options{Dir: filepath.Join(dir, "data"), URL: os.Getenv(childVariable + "_URL"), Unsafe: true}, dir)
	if err != nil {
		return err
	}
	defer h.close()
	var list []*importer.Import
	if err := h.store.DB().Read(ctx, func(tx *sqldb.Tx) (err error) {
		list, err = h.m.List(ctx, tx, h.admin, 1)
		return err
	}); err != nil {
		return err
	}
	if list[0].State == importer.Done {
		return nil // the process before was killed when it had done all
	}
	_, err = h.m.Run(ctx, h.admin, list[0].ID, nil)
	return err
}

// house is a company in a folder, which processes open one after the other.
type house struct {
	store *record.Store
	files *files.Store
	m     *importer.Importer
	admin *access.Actor
}

func (h *house) close() { _, _ = h.files.Close(), h.store.DB().Close() }

func openHouse(ctx context.Context, o sqldb.Options, dir string) (*house, error) {
	o.Clock = clock.System{}
	db, err := sqldb.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := migrations.Run(ctx, db); err != nil {
		return nil, err
	}
	reg := record.NewRegistry()
	org.Register(reg)
	crm.Register(reg)
	h := &house{store: record.NewStore(db, reg, time.UTC)}
	if h.files, err = files.Open(filepath.Join(dir, "files"), clock.System{}); err != nil {
		return nil, err
	}
	if err := h.store.RefreshSchema(ctx); err != nil {
		return nil, err
	}
	h.m = importer.New(h.store, h.files, map[string]importer.Complete{"customer": crm.CompleteCustomer})
	return h, h.enter(ctx)
}

// enter makes the administrator, or finds them.
func (h *house) enter(ctx context.Context) error {
	var user id.ID
	err := h.store.Write(ctx, access.System("test"), audit.Rule, func(s *record.Session) error {
		err := s.Tx.QueryRow(ctx, "SELECT id FROM account WHERE login = 'admin'").Scan(&user)
		if !sqldb.IsNoRows(err) {
			return err
		}
		if err := org.Seed(ctx, s); err != nil {
			return err
		}
		root := &org.Department{Name: "总公司"}
		if err := record.Create(ctx, s, root); err != nil {
			return err
		}
		role, err := org.RoleOf(ctx, s.Tx, org.Admin)
		if err != nil {
			return err
		}
		u := &org.User{Login: "admin", Name: "管理员", DepartmentID: root.ID, Active: true, RoleIDs: entity.List{role.String()}}
		err = record.Create(ctx, s, u)
		user = u.ID
		return err
	})
	if err != nil {
		return err
	}
	return h.store.DB().Read(ctx, func(tx *sqldb.Tx) (err error) {
		h.admin, err = org.LoadActor(ctx, tx, user)
		return err
	})
}

func TestKilledImportsGoOn(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	o := dbtest.Options(t)
	if o.URL == "" {
		o.Dir = filepath.Join(dir, "data")
	}
	h, err := openHouse(ctx, o, dir)
	if err != nil {
		t.Fatal(err)
	}
	const customers = 1500
	imp, err := h.m.Start(ctx, h.admin, "customer", "x.tsv", strings.NewReader(many(customers)))
	if err != nil {
		t.Fatal(err)
	}
	h.close()
	kills := 0
	for {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), childVariable+"="+dir, childVariable+"_URL="+o.URL)
		var out strings.Builder
		cmd.Stderr = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		patience := time.Duration(300+rand.IntN(500*(kills+1))) * time.Millisecond // more each time, on a busy machine
		kill := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		kill.Stop()
		if err == nil {
			break
		}
		if !strings.Contains(err.Error(), "killed") {
			t.Fatalf("%v: %s", err, out.String())
		}
		kills++
	}
	t.Logf("killed %d times", kills)
	if h, err = openHouse(ctx, o, dir); err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if imp, err = h.m.Get(ctx, h.admin, imp.ID); err != nil {
		t.Fatal(err)
	}
	if want := (importer.Result{Rows: 2000, Created: customers, Updated: customers / 3}); imp.Result != want || imp.State != importer.Done {
		t.Errorf("%s %+v, want %+v", imp.State, imp.Result, want)
	}
	whole(t, h, customers)
}

// whole checks that each row was taken exactly once.
func whole(t *testing.T, h *house, customers int) {
	t.Helper()
	ctx := t.Context()
	for query, want := range map[string]int{
		"SELECT COUNT(*) FROM customer":                                                             customers,
		"SELECT COUNT(DISTINCT name) FROM customer":                                                 customers,
		"SELECT COUNT(DISTINCT code) FROM customer":                                                 customers,
		"SELECT COUNT(*) FROM contact":                                                              customers + customers/3,
		"SELECT COUNT(DISTINCT mobile) FROM contact":                                                customers + customers/3,
		"SELECT COUNT(*) FROM followup":                                                             customers,
		"SELECT COUNT(*) FROM stage_change":                                                         customers,
		"SELECT COUNT(*) FROM audit_entry WHERE action = 'create' AND entity = 'customer'":          customers,
		"SELECT COUNT(*) FROM customer WHERE main_contact <> '联系人甲'":                                0,
		"SELECT COUNT(*) FROM contact WHERE customer_id NOT IN (SELECT id FROM customer)":           0,
		"SELECT COUNT(*) FROM (SELECT customer_id FROM contact WHERE main = 1 GROUP BY 1) AS mains": customers,
	} {
		var n int
		err := h.store.DB().Read(ctx, func(tx *sqldb.Tx) error { return tx.QueryRow(ctx, query).Scan(&n) })
		if err != nil || n != want {
			t.Errorf("%s: %d, want %d (%v)", query, n, want, err)
		}
	}
}

package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sheet"
	"genjin/internal/sqldb"
	"genjin/internal/testkit"
)

// company is a kit with an importer.
type company struct {
	*testkit.Kit
	m *importer.Importer
}

func newCompany(t testing.TB) *company {
	t.Helper()
	k := testkit.New(t)
	return &company{k, newImporter(k)}
}

// newImporter gives an importer on a kit.
func newImporter(k *testkit.Kit) *importer.Importer {
	return importer.New(k.Store, k.Files, map[string]importer.Complete{"customer": crm.CompleteCustomer})
}

// workbook makes a workbook of one sheet as spreadsheet programs do.
func workbook(t testing.TB, rows [][]any, merges ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range merges {
		from, to, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// csv joins cells by tabs and rows by line ends.
func tsv(rows ...string) string { return strings.Join(rows, "\n") + "\n" }

// start takes a file in on behalf of actor.
func (c *company) start(actor *access.Actor, name string, r io.Reader) *importer.Import {
	c.T.Helper()
	imp, err := c.m.Start(c.T.Context(), actor, "customer", name, r)
	c.Must(err)
	return imp
}

// text takes tab-separated rows in on behalf of the administrator.
func (c *company) text(rows ...string) *importer.Import {
	c.T.Helper()
	return c.start(c.Admin, "x.tsv", strings.NewReader(tsv(rows...)))
}

// book takes a workbook in on behalf of the administrator.
func (c *company) book(rows [][]any, merges ...string) *importer.Import {
	c.T.Helper()
	return c.start(c.Admin, "x.xlsx", bytes.NewReader(workbook(c.T, rows, merges...)))
}

// file takes a file of testdata in.
func (c *company) file(name string) *importer.Import {
	c.T.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	c.Must(err)
	defer f.Close()
	return c.start(c.Admin, name, f)
}

func (c *company) change(imp *importer.Import, change importer.Change) *importer.Import {
	c.T.Helper()
	imp, err := c.m.Change(c.T.Context(), c.Admin, imp.ID, change)
	c.Must(err)
	return imp
}

// with sets how duplicates are dealt with.
func (c *company) with(imp *importer.Import, duplicates string) *importer.Import {
	c.T.Helper()
	o := imp.Options
	o.Duplicates = duplicates
	return c.change(imp, importer.Change{Options: &o})
}

// runAs imports after a check, whose counts must be those of the run.
func (c *company) runAs(actor *access.Actor, imp *importer.Import) *importer.Import {
	c.T.Helper()
	checked, err := c.m.Check(c.T.Context(), actor, imp.ID, nil)
	c.Must(err)
	done, err := c.m.Run(c.T.Context(), actor, imp.ID, nil)
	c.Must(err)
	if checked.Result != done.Result {
		c.T.Errorf("the check told %+v, the run did %+v\n%s", checked.Result, done.Result, c.problems(done))
	}
	if done.State != importer.Done || done.Progress.Done != done.Progress.Total || done.Progress.Done != done.Result.Rows {
		c.T.Errorf("state %s, progress %+v, result %+v", done.State, done.Progress, done.Result)
	}
	return done
}

func (c *company) run(imp *importer.Import) *importer.Import {
	c.T.Helper()
	return c.runAs(c.Admin, imp)
}

// want compares the counts of an import: created, updated, skipped, refused.
func (c *company) want(imp *importer.Import, created, updated, skipped, refused int) {
	c.T.Helper()
	r := imp.Result
	if got := [4]int{r.Created, r.Updated, r.Skipped, r.Refused}; got != [4]int{created, updated, skipped, refused} {
		c.T.Fatalf("created, updated, skipped, refused: %v, want %v\n%s", got, []int{created, updated, skipped, refused}, c.problems(imp))
	}
}

func (c *company) listProblems(imp *importer.Import) []importer.Problem {
	c.T.Helper()
	list, _, err := c.m.Problems(c.T.Context(), c.Admin, imp.ID, "", 0, 1000)
	c.Must(err)
	return list
}

// problems says what is wrong with an import, a line each.
func (c *company) problems(imp *importer.Import) string {
	c.T.Helper()
	var b strings.Builder
	for i, p := range c.listProblems(imp) {
		if i == 30 {
			break
		}
		fmt.Fprintf(&b, "%s %d %s %q %s %s\n", p.Severity, p.Row, p.Column, p.Value, p.Code, p.Reason)
	}
	return b.String()
}

func (c *company) customers() []*crm.Customer {
	c.T.Helper()
	return all[crm.Customer](c)
}

func (c *company) contacts() []*crm.Contact {
	c.T.Helper()
	return all[crm.Contact](c)
}

func (c *company) followups() []*crm.Followup {
	c.T.Helper()
	return all[crm.Followup](c)
}

// all gives every record of a kind in the order of their making.
func all[T any](c *company) (out []*T) {
	c.T.Helper()
	c.Read(access.System("test"), func(ctx context.Context, s *record.Session) error {
		found, err := record.Find[T](ctx, s, record.Query{Sort: "created_at", Limit: record.MaxLimit})
		out = found
		return err
	})
	return out
}

// customer gives the one customer of that name.
func (c *company) customer(name string) *crm.Customer {
	c.T.Helper()
	var found *crm.Customer
	for _, x := range c.customers() {
		if x.Name == name && found != nil {
			c.T.Fatalf("two customers are called %q", name)
		}
		if x.Name == name {
			found = x
		}
	}
	if found == nil {
		c.T.Fatalf("no customer is called %q", name)
	}
	return found
}

func (c *company) contactsOf(customer id.ID) (out []*crm.Contact) {
	c.T.Helper()
	c.Read(access.System("test"), func(ctx context.Context, s *record.Session) (err error) {
		out, err = record.Find[crm.Contact](ctx, s, record.Query{Filter: record.Where("customer_id", customer), Sort: "created_at", Limit: 100})
		return err
	})
	return out
}

// edit changes a customer as somebody at the screen.
func (c *company) edit(actor *access.Actor, x id.ID, fn func(customer *crm.Customer)) {
	c.T.Helper()
	c.Must(c.Do(actor, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, x, 0, func(customer *crm.Customer) error {
			fn(customer)
			return nil
		})
		return err
	}))
}

// make adds a customer as somebody at the screen.
func (c *company) make(actor *access.Actor, customer *crm.Customer, contacts ...*crm.Contact) *crm.Customer {
	c.T.Helper()
	c.Must(c.Do(actor, func(ctx context.Context, s *record.Session) error {
		if err := record.Create(ctx, s, customer); err != nil {
			return err
		}
		for _, contact := range contacts {
			contact.CustomerID = customer.ID
			if err := record.Create(ctx, s, contact); err != nil {
				return err
			}
		}
		return nil
	}))
	return customer
}

// fields gives what the columns of the first sheet that takes part mean.
func fields(imp *importer.Import) map[string]string {
	out := map[string]string{}
	for _, sh := range imp.Sheets {
		if !sh.Include {
			continue
		}
		for _, col := range sh.Columns {
			out[col.Header] = col.Field
		}
		break
	}
	return out
}

func (c *company) listUnknowns(imp *importer.Import) (out []importer.Unknown) {
	c.T.Helper()
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) (err error) {
		out, err = c.m.Unknowns(ctx, s, imp)
		return err
	})
	return out
}

// add stores what was prepared.
func (c *company) add(imp *importer.Import) {
	c.T.Helper()
	c.Must(c.Store.DB().Write(c.T.Context(), func(tx *sqldb.Tx) error { return c.m.Add(c.T.Context(), tx, imp) }))
}

// refused gives the rows of the workbook of refused rows.
func (c *company) refused(imp *importer.Import) []sheet.Row {
	c.T.Helper()
	var b bytes.Buffer
	c.Must(c.m.WriteRefused(c.T.Context(), c.Admin, imp.ID, &b))
	book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "x.xlsx", sheet.DefaultLimits())
	c.Must(err)
	rows, err := sheet.Head(c.T.Context(), book, 0, 1000)
	c.Must(err)
	return rows
}

// importingRep adds a user who sees, changes and imports their own customers only, and assigns none.
func (c *company) importingRep(login, name string) *access.Actor {
	c.T.Helper()
	role := &org.Role{Name: "导入" + login, SeesPrivate: true, Permissions: `{"customer":{"view":"self","create":true,"edit":"self","delete":"self","import":true,"export":true},
		"followup":{"view":"self","create":true,"edit":"self"}}`}
	u := &org.User{Login: login, Name: name, DepartmentID: c.Root, Active: true}
	c.Must(c.Store.Write(c.T.Context(), access.System("test"), audit.Rule, func(s *record.Session) error {
		if err := record.Create(c.T.Context(), s, role); err != nil {
			return err
		}
		u.RoleIDs = entity.List{role.ID.String()}
		return record.Create(c.T.Context(), s, u)
	}))
	return c.Actor(u.ID)
}

func company1300(i int) string {
	places := []string{"深圳", "北京", "上海", "广州", "杭州"}
	return places[i%5] + letters(i/5) + "精密机械有限公司"
}

// letters writes a number in Chinese characters that make names unlike each other.
func letters(i int) string {
	const of = "甲乙丙丁戊己庚辛壬癸"
	rs := []rune(of)
	return string([]rune{rs[i/100%10], rs[i/10%10], rs[i%10]})
}

func mobile(i int) string { return fmt.Sprintf("139%08d", 10_000_000+i) }

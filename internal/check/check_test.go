package check_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/check"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/record"
	"genjin/internal/sqldb"
	"genjin/internal/testkit"
)

// company is a kit with a customer and an attachment.
type company struct {
	*testkit.Kit
	customer *crm.Customer
	dir      string
	store    *files.Store
	file     files.Object
}

func newCompany(t *testing.T) *company {
	t.Helper()
	c := &company{Kit: testkit.New(t), dir: filepath.Join(t.TempDir(), "files")}
	var err error
	c.store, err = files.Open(c.dir, clock.System{})
	c.Must(err)
	t.Cleanup(func() { c.store.Close() })
	c.file, err = c.store.Put(t.Context(), strings.NewReader("合同"), 1<<20)
	c.Must(err)
	c.customer = &crm.Customer{Name: "深圳市华跃科技有限公司"}
	c.customer.OwnerID = c.Admin.ID
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, c.customer) }))
	c.run(`INSERT INTO attachment (id, version, created_at, updated_at, customer_id, name, size, sha256)
		VALUES (77, 1, 1, 1, ?, '合同.pdf', 6, ?)`, c.customer.ID, c.file.SHA256)
	return c
}

func (c *company) run(statement string, args ...any) {
	c.T.Helper()
	ctx := c.T.Context()
	c.Must(c.Store.DB().Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	}))
}

// look gives what is wrong, in English.
func (c *company) look() string {
	c.T.Helper()
	var wrong []string
	n := 0
	c.Must(check.Run(c.T.Context(), c.Store.DB(), c.Store.Registry().Defs(), c.store, func(r check.Result) {
		n++
		if !r.OK() {
			wrong = append(wrong, r.Message(i18n.EN))
		}
	}))
	if n != 7 {
		c.T.Errorf("%d checks", n)
	}
	return strings.Join(wrong, "\n")
}

// object gives the path of the attachment's content.
func (c *company) object() string { return filepath.Join(c.dir, c.file.SHA256[:2], c.file.SHA256) }

func TestRunSeesDamage(t *testing.T) {
	removeFromIndex := map[sqldb.Dialect]string{
		sqldb.SQLite: `DELETE FROM search WHERE rowid = ?`, sqldb.Postgres: `DELETE FROM search WHERE id = ?`,
	}
	for _, d := range []struct {
		name   string
		damage func(c *company)
		want   string // "" for nothing wrong
	}{
		{"nothing", func(*company) {}, ""},
		{"file lost", func(c *company) { c.Must(os.Remove(c.object())) }, "attachments: 1\n  attachment: "},
		{"file changed", func(c *company) { c.Must(os.WriteFile(c.object(), []byte("合約"), 0o600)) }, "attachments: 1\n  attachment: "},
		{"not in the index", func(c *company) {
			c.run(removeFromIndex[c.Store.DB().Dialect()], c.customer.ID)
		}, "search index: 1\n  customer "},
		{"index of nothing", func(c *company) {
			c.run(`UPDATE customer SET name = '', code = '', mnemonic = '' WHERE id = ?`, c.customer.ID)
		}, "search index: 1\n"},
		{"serial behind", func(c *company) { c.run(`UPDATE serial SET last = 0`) }, "serial numbers: 1\n  customer: "},
		{"log of nothing", func(c *company) { c.run(`UPDATE audit_entry SET record_id = 99 WHERE entity = 'customer'`) }, "change log: 1\n  customer 99"},
		{"log rewritten", func(c *company) {
			c.Must(audit.SealNew(c.T.Context(), c.Store.DB()))
			c.run(`UPDATE audit_entry SET user_name = '别人' WHERE entity = 'customer'`)
		}, "seals over the log: 1\n  #1 "},
		{"step missing", func(c *company) {
			c.run(`DELETE FROM schema_migration WHERE number = (SELECT MAX(number) FROM schema_migration)`)
		}, "structure of the database: 1\n"},
	} {
		t.Run(d.name, func(t *testing.T) {
			c := newCompany(t)
			d.damage(c)
			if got := c.look(); (d.want == "") != (got == "") || !strings.Contains(got, d.want) {
				t.Errorf("got %q; want %q", got, d.want)
			}
		})
	}
}

func TestMoreThanCanBeShown(t *testing.T) {
	c := newCompany(t)
	for i := range 30 {
		c.run(`INSERT INTO attachment (id, version, created_at, updated_at, customer_id, name, size, sha256)
			VALUES (?, 1, 1, 1, ?, 'x', 1, ?)`, 1000+i, c.customer.ID, strings.Repeat("a", 62)+string(rune('a'+i/10))+string(rune('0'+i%10)))
	}
	if got := c.look(); !strings.HasPrefix(got, "WRONG attachments: 30\n") || strings.Count(got, "\n") != 21 || !strings.HasSuffix(got, "…") {
		t.Errorf("got %q", got)
	}
}

func TestRebuildSearch(t *testing.T) {
	c := newCompany(t)
	archived := &crm.Customer{Name: "广州归档公司"}
	archived.OwnerID = c.Admin.ID
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		if err := record.Create(ctx, s, archived); err != nil {
			return err
		}
		return s.Archive(ctx, "customer", archived.ID, 0)
	}))
	c.run(`DELETE FROM search`)
	if c.look() == "" {
		t.Fatal("an empty index is not seen")
	}
	c.Must(check.RebuildSearch(t.Context(), c.Store.DB(), c.Store.Registry().Defs()))
	if got := c.look(); got != "" {
		t.Errorf("after rebuilding: %s", got)
	}
	if n := found(c, "华跃"); n != 1 {
		t.Errorf("%d found by characters", n)
	}
	if n := found(c, "hykj"); n != 1 {
		t.Errorf("%d found by initials", n)
	}
	if n := found(c, "归档"); n != 0 {
		t.Error("an archived record is found")
	}
}

func found(c *company, text string) (n int64) {
	c.Read(access.System("test"), func(ctx context.Context, s *record.Session) (err error) {
		n, err = s.Count(ctx, "customer", record.Query{Text: text})
		return err
	})
	return n
}

func TestRebuildSearchOfMany(t *testing.T) {
	c := newCompany(t)
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		all := make([]record.Values, 2500)
		for i := range all {
			all[i] = record.Values{"name": "第" + time.Unix(int64(i), 0).UTC().Format("150405") + "公司"}
		}
		_, refused, err := s.CreateMany(ctx, "customer", all)
		for _, r := range refused {
			if err == nil {
				err = r
			}
		}
		return err
	}))
	c.run(`DELETE FROM search`)
	c.Must(check.RebuildSearch(t.Context(), c.Store.DB(), c.Store.Registry().Defs()))
	if got := c.look(); got != "" {
		t.Errorf("after rebuilding: %s", got)
	}
}

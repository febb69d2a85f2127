package importer_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"genjin/internal/crm"
	"genjin/internal/importer"
	"genjin/internal/record"
	"genjin/internal/testkit"
)

// newImporter gives an importer on a kit.
func newImporter(k *testkit.Kit) *importer.Importer {
	return importer.New(k.Store, k.Files, map[string]importer.Complete{"customer": crm.CompleteCustomer})
}

// take imports a file of testdata as the administrator, changing nothing.
func take(t *testing.T, k *testkit.Kit, name string) *importer.Import {
	t.Helper()
	m := newImporter(k)
	f, err := os.Open(filepath.Join("testdata", name))
	k.Must(err)
	defer f.Close()
	imp, err := m.Start(t.Context(), k.Admin, "customer", name, f)
	k.Must(err)
	imp, err = m.Run(t.Context(), k.Admin, imp.ID, nil)
	k.Must(err)
	return imp
}

func TestRegisterOfFourteenColumns(t *testing.T) {
	k := testkit.New(t)
	imp := take(t, k, "客户登记表-14列.xlsx")
	if want := (importer.Result{Rows: 3, Created: 3}); imp.Result != want {
		problems, _, _ := newImporter(k).Problems(t.Context(), k.Admin, imp.ID, "", 0, 100)
		t.Fatalf("result %+v, want %+v; problems %+v", imp.Result, want, problems)
	}
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
		customers, err := record.Find[crm.Customer](ctx, s, record.Query{Sort: "code"})
		k.Must(err)
		for _, c := range customers {
			t.Logf("%+v", *c)
		}
		contacts, err := record.Find[crm.Contact](ctx, s, record.Query{})
		k.Must(err)
		for _, c := range contacts {
			t.Logf("%+v", *c)
		}
		followups, err := record.Find[crm.Followup](ctx, s, record.Query{})
		k.Must(err)
		for _, f := range followups {
			t.Logf("%+v", *f)
		}
		return nil
	})
}

func TestEveryFile(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			k := testkit.New(t)
			m := newImporter(k)
			f, err := os.Open(filepath.Join("testdata", e.Name()))
			k.Must(err)
			defer f.Close()
			imp, err := m.Start(t.Context(), k.Admin, "customer", e.Name(), f)
			if err != nil {
				t.Logf("refused: %v", err)
				return
			}
			for _, sh := range imp.Sheets {
				t.Logf("sheet %q hidden=%v include=%v header=%d first=%d rows=%d note=%.80q", sh.Name, sh.Hidden, sh.Include, sh.HeaderRow, sh.FirstRow, sh.Rows, sh.Note)
				for _, c := range sh.Columns {
					t.Logf("   %d %q → %q %v %q", c.Index, c.Header, c.Field, c.Certain, c.Samples)
				}
			}
			imp, err = m.Run(t.Context(), k.Admin, imp.ID, nil)
			if err != nil {
				t.Logf("run refused: %v", err)
				return
			}
			problems, _, _ := m.Problems(t.Context(), k.Admin, imp.ID, "", 0, 12)
			t.Logf("%+v %s", imp.Result, imp.State)
			for _, p := range problems {
				t.Logf("   %s row %d %q %q %s %s", p.Severity, p.Row, p.Column, p.Value, p.Code, p.Reason)
			}
		})
	}
}

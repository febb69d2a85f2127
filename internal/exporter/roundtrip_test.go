package exporter_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/exporter"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// everything makes two records of an entity that differ in every field that people fill, the company's own of every type
// among them, and have something in each.
func (c *company) everything(entityName string) (ids [2]id.ID) {
	c.T.Helper()
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		for _, name := range record.CustomTypes {
			f := record.CustomField{Entity: entityName, Name: "x_" + name, Type: name, LabelZH: "自定义" + name, LabelEN: "Own " + name}
			switch name {
			case "choice", "choices":
				f.Choices = []record.CustomChoice{{Value: "one", LabelZH: "甲", LabelEN: "First"}, {Value: "two", LabelZH: "乙", LabelEN: "Second"}}
			case "ref":
				f.Ref = "customer"
			}
			if err := s.AddField(ctx, &f); err != nil {
				return err
			}
		}
		return nil
	}))
	refs := c.referred()
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		for n := range ids {
			values := record.Values{}
			for _, f := range s.Visible(entityName) {
				if !f.ReadOnly {
					values[f.Name] = c.value(f, n, refs)
				}
			}
			x, err := s.CreateOne(ctx, entityName, values)
			if err != nil {
				return fmt.Errorf("%s %v: %w", entityName, values, err)
			}
			ids[n] = x
		}
		return nil
	}))
	return ids
}

// referred makes two records of each entity that others refer to.
func (c *company) referred() map[string][2]id.ID {
	c.T.Helper()
	out := map[string][2]id.ID{}
	for n := range 2 {
		u := c.User(fmt.Sprintf("sales%d", n), fmt.Sprintf("销售员%d", n), "sales_rep", c.Root)
		users := out["user"]
		users[n] = u.ID
		out["user"] = users
	}
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		for n := range 2 {
			customers, contacts := out["customer"], out["contact"]
			var err error
			if customers[n], err = s.CreateOne(ctx, "customer", record.Values{"name": fmt.Sprintf("被引用%d有限公司", n)}); err != nil {
				return err
			}
			// both of one customer: what names a contact names its customer, too
			if contacts[n], err = s.CreateOne(ctx, "contact", record.Values{"customer_id": int64(customers[0]), "name": fmt.Sprintf("被引用人%d", n), "mobile": fmt.Sprintf("1370013700%d", n)}); err != nil {
				return err
			}
			out["customer"], out["contact"] = customers, contacts
		}
		return nil
	}))
	return out
}

// value gives the n-th value of a field.
func (c *company) value(f *entity.Field, n int, refs map[string][2]id.ID) any {
	c.T.Helper()
	day := time.Date(2025, 2, 28, 7, 35, 0, 0, time.UTC).AddDate(0, n, n)
	switch f.Type {
	case entity.Text, entity.LongText:
		return []string{"第一行，“引号”;", "00123 =1+1"}[n] + f.Name
	case entity.Int:
		return int64(1 + n*1200)
	case entity.Money:
		return int64(n*123456789 + 5)
	case entity.Bool:
		return int64(n)
	case entity.Date:
		return day.Format(time.DateOnly)
	case entity.DateTime:
		return day.UnixMilli()
	case entity.OneOf:
		if f.Name == "state" {
			return crm.FollowupDone // a plan has no time at which it happened
		}
		return f.Choices[n].Value
	case entity.AnyOf, entity.Tags:
		return entity.List{f.Choices[n].Value}.Stored()
	case entity.Ref:
		if f.Name == "customer_id" {
			return int64(refs["customer"][0])
		}
		return int64(refs[f.Ref][n])
	case entity.Refs:
		return entity.List{refs[f.Ref][n].String()}.Stored()
	case entity.Region:
		return []string{"440305", "110000"}[n]
	case entity.Industry:
		return []string{"6511", "C"}[n]
	case entity.Country:
		return []string{"CN", "DE"}[n]
	case entity.CreditCode:
		return []string{"91110000600037341L", "91440300708461136T"}[n]
	case entity.Phone:
		return []string{"13900139000", "0755-26770000转8001"}[n]
	case entity.Phones:
		return []string{"13800138000、010-12345678", "13800138001"}[n]
	case entity.Email:
		return []string{"a@b.com", "li.lei+x@example.com.cn"}[n]
	case entity.URL:
		return []string{"https://example.com/?a=1&b=2", "http://www.example.org"}[n]
	case entity.Birthday:
		return []string{"1985-08-15", "L--08-15"}[n]
	}
	c.T.Fatalf("%s: the test has no value of type %s", f.Name, f.Type.Name())
	return nil
}

// TestEveryColumnComesBackIn exports records that have something in every field and imports them again: as they are nothing
// changes; with one cell edited that field of that record changes, and nothing else.
func TestEveryColumnComesBackIn(t *testing.T) {
	t.Parallel()
	for _, entityName := range []string{"customer", "contact", "followup"} {
		for _, saved := range []struct {
			format exporter.Format
			lang   string
		}{{exporter.XLSX, "zh"}, {exporter.CSV, "en"}} {
			t.Run(fmt.Sprintf("%s/%s/%s", entityName, saved.format, saved.lang), func(t *testing.T) {
				t.Parallel()
				c := newCompany(t)
				ids := c.everything(entityName)
				actor := *c.Admin
				if saved.lang == "en" {
					actor.Lang = "en"
				}
				// only the two, the second first
				filter, err := record.ParseFilter(`{"field":"x_choice","op":"not_empty"}`)
				c.Must(err)
				order := exporter.Order{Entity: entityName, Format: saved.format, Query: record.Query{Filter: filter, Sort: "-created_at"}}
				unedited := c.export(&actor, order)
				before := c.now()
				imp := c.back(&actor, entityName, "x."+string(saved.format), c.edited(saved.format, unedited, keep))
				if imp.Result != (importer.Result{Rows: 2, Skipped: 2}) || len(c.log(before)) != 0 || len(c.problems(imp)) != 0 {
					t.Errorf("unedited: %+v %+v", imp.Result, c.problems(imp))
				}
				if saved.format == exporter.CSV {
					return // that its texts are read back has been shown; edits take the same way
				}
				for _, f := range c.visible(&actor, entityName) {
					c.editOne(&actor, entityName, order, f, ids)
				}
			})
		}
	}
}

func (c *company) visible(actor *access.Actor, entityName string) (fields []*entity.Field) {
	c.T.Helper()
	c.Read(actor, func(_ context.Context, s *record.Session) error {
		fields = s.Visible(entityName)
		return nil
	})
	return fields
}

// follows are fields that a rule changes along with another.
var follows = map[string][]string{"stage": {"stage_note", "stage_since"}}

// editOne writes the cell that one record has in a column into that of the other.
func (c *company) editOne(actor *access.Actor, entityName string, order exporter.Order, f *entity.Field, ids [2]id.ID) {
	c.T.Helper()
	file := c.export(actor, order)
	heading := f.Label.In(actor.Lang)
	var cells [2]sheet.Value
	c.edited(order.Format, file, func(row int, h string, v sheet.Value) sheet.Value {
		if h == heading {
			cells[row] = v
		}
		return v
	})
	before := c.now()
	imp := c.back(actor, entityName, "x."+string(order.Format), c.edited(order.Format, file, func(row int, h string, v sheet.Value) sheet.Value {
		if row == 0 && h == heading {
			return cells[1]
		}
		return v
	}))
	want := importer.Result{Rows: 2, Updated: 1, Skipped: 1}
	switch {
	case f.ReadOnly || cells[0] == cells[1]:
		want = importer.Result{Rows: 2, Skipped: 2}
	case f.Unique:
		want = importer.Result{Rows: 2, Skipped: 1, Refused: 1}
	}
	if imp.Result != want {
		c.T.Errorf("%s: %+v, want %+v; %+v", f.Name, imp.Result, want, c.problems(imp))
	}
	log := slices.DeleteFunc(c.log(before), func(e audit.Entry) bool {
		plans := f.Name == "next_at" && !slices.Contains(ids[:], e.Record)
		return e.Entity != entityName || plans
	})
	if len(log) != want.Updated {
		c.T.Fatalf("%s: %+v", f.Name, log)
	}
	for _, e := range log {
		var changes []audit.Change
		c.Must(json.Unmarshal([]byte(e.UserName), &changes))
		others := slices.DeleteFunc(changes, func(ch audit.Change) bool { return ch.Field == f.Name || slices.Contains(follows[f.Name], ch.Field) })
		if e.Record != ids[1] || len(others) > 0 || len(changes) == 0 {
			c.T.Errorf("%s: changed %s: %s", f.Name, e.Record, e.UserName)
		}
	}
}

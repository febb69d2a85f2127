package record_test

import (
	"context"
	"slices"
	"testing"

	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
)

// TestWhatHangsOnAnArchivedRecord puts a customer away and brings it back: what hangs on it goes and comes along, without a
// change of its own.
func TestWhatHangsOnAnArchivedRecord(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	gone, stays := c.customer("远望有限公司", c.rep), c.customer("长城有限公司", c.rep)
	all := map[string]map[string]id.ID{"customer": {"gone": gone.ID, "stays": stays.ID}, "contact": {}, "followup": {}, "file": {}}
	for name, of := range map[string]*crm.Customer{"gone": gone, "stays": stays} {
		all["contact"][name] = add(c.Kit, &crm.Contact{CustomerID: of.ID, Name: "单雄信", Mobile: "13800138000"}).ID
		all["contact"][name+"+away"] = add(c.Kit, &crm.Contact{CustomerID: of.ID, Name: "单雄忠"}).ID
		all["followup"][name] = add(c.Kit, &crm.Followup{CustomerID: of.ID, Content: "报价单"}).ID
		all["file"][name] = add(c.Kit, &crm.Attachment{CustomerID: of.ID, Name: "合同.pdf", SHA256: "00"}).ID
		c.Must(c.Do(asSystem, func(ctx context.Context, s *record.Session) error {
			return s.Archive(ctx, "contact", all["contact"][name+"+away"], 0)
		}))
	}
	see := func(what string, want map[string]string) {
		t.Helper()
		for _, list := range []struct {
			name, entity string
			q            record.Query
		}{
			{"contacts", "contact", record.Query{}},
			{"contacts by name", "contact", record.Query{Text: "sxx", Sort: "name"}},
			{"contacts that were put away", "contact", record.Query{Archived: true}},
			{"contacts that were put away, by name", "contact", record.Query{Archived: true, Text: "雄"}},
			{"follow-ups", "followup", record.Query{Sort: "happened_at"}},
			{"follow-ups by text", "followup", record.Query{Text: "报价"}},
			{"follow-ups that were put away", "followup", record.Query{Text: "报价", Archived: true}},
			{"files", "file", record.Query{}},
			{"customers by contact", "customer", record.Query{Text: "单雄信"}},
			{"customers that were put away, by contact", "customer", record.Query{Text: "单雄信", Archived: true}},
			{"customers that were put away, by name", "customer", record.Query{Text: "ywyx", Archived: true}},
			{"contacts of the customer", "contact", record.Query{Filter: record.Where("customer_id", gone.ID)}},
			{"contacts of the customer, among others", "contact", record.Query{Filter: &record.Filter{And: []record.Filter{
				{Field: "main", Op: entity.Is, Value: []byte("true")}, *record.Where("customer_id", gone.ID),
			}}}},
			{"contacts of the customer that were put away", "contact", record.Query{Filter: record.Where("customer_id", gone.ID), Archived: true}},
			{"follow-ups of the customer", "followup", record.Query{Filter: record.Where("customer_id", gone.ID), Text: "报价"}},
			{"contacts of another customer", "contact", record.Query{Filter: &record.Filter{Not: record.Where("customer_id", stays.ID)}}},
		} {
			if got := found(t, c, c.rep, list.entity, all[list.entity], list.q); got != sorted(want[list.name]) {
				t.Errorf("%s: %s: %q, want %q", what, list.name, got, want[list.name])
			}
		}
		c.Read(c.rep, func(ctx context.Context, s *record.Session) error {
			hits, err := s.Search(ctx, "sxx", 10)
			var got []id.ID
			for _, h := range hits {
				got = append(got, h.ID)
			}
			if is := slices.Contains(got, all["contact"]["gone"]); is != (want["contacts by name"] == "gone stays") {
				t.Errorf("%s: the search box finds %v", what, hits)
			}
			same, err2 := s.Match(ctx, "customer", []record.Candidate{{"customer.name": "远望有限公司", "contact.mobile": "13800138000"}})
			if n := len(same[0]); err2 != nil || n != map[string]int{"gone stays": 2, "stays": 1}[want["contacts by name"]] {
				t.Errorf("%s: %d are likely the same, %v", what, n, err2)
			}
			return err
		})
	}
	before := map[string]string{
		"contacts": "gone stays", "contacts by name": "gone stays", "contacts that were put away": "gone+away stays+away",
		"contacts that were put away, by name": "gone+away stays+away", "follow-ups": "gone stays", "follow-ups by text": "gone stays",
		"files": "gone stays", "customers by contact": "gone stays", "contacts of the customer": "gone",
		"contacts of the customer, among others": "gone", "contacts of the customer that were put away": "gone+away",
		"follow-ups of the customer": "gone", "contacts of another customer": "gone",
	}
	see("before", before)
	c.Must(c.Do(c.boss, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", gone.ID, 0) }))
	see("put away", map[string]string{
		"contacts": "stays", "contacts by name": "stays", "contacts that were put away": "gone gone+away stays+away",
		"contacts that were put away, by name": "gone gone+away stays+away", "follow-ups": "stays", "follow-ups by text": "stays",
		"follow-ups that were put away": "gone", "files": "stays", "customers by contact": "stays",
		"customers that were put away, by contact": "gone", "customers that were put away, by name": "gone",
		"contacts of the customer": "gone", "contacts of the customer, among others": "gone",
		"contacts of the customer that were put away": "gone+away", "follow-ups of the customer": "gone", "contacts of another customer": "",
	})
	c.Read(asSystem, func(ctx context.Context, s *record.Session) error {
		contact, err := record.Get[crm.Contact](ctx, s, all["contact"]["gone"])
		if err == nil && (contact.Version != 1 || !contact.ArchivedAt.IsZero()) {
			t.Errorf("the contact was changed: %+v", contact.Base)
		}
		x, err2 := s.Named(ctx, "contact", "单雄信")
		if err2 != nil || x != all["contact"]["stays"] {
			t.Errorf("the one of that name is %s, %v", x, err2)
		}
		return err
	})
	c.Must(c.Do(c.boss, func(ctx context.Context, s *record.Session) error { return s.Restore(ctx, "customer", gone.ID, 0) }))
	see("back again", before)
}

package crm

import (
	"context"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// PersonalData writes everything that is kept about a contact as a workbook, for a person who asks for it (个人信息保护法
// §45): what is known of them, what was done with them, and the log of both. The actor must see the contact, in full, and
// may export.
func PersonalData(ctx context.Context, s *record.Session, x id.ID, w io.Writer) error {
	def := s.Def("contact")
	row, err := s.Load(ctx, def.Name, x)
	if err != nil {
		return err
	}
	if !s.Actor.May(def.ModuleName(), access.Export) || s.Actor.Masked || !s.Actor.SeesPrivate {
		return errs.New(errs.Denied, "export.denied")
	}
	lang := s.Actor.Lang
	say := func(zh, en string) string { return i18n.T(zh, en).In(lang) }
	out := sheet.NewXLSX(w, sheet.XLSXOptions{Sheet: def.Label.In(lang), Author: s.Actor.Name})
	v, err := s.View(ctx, def.Name, []*record.Row{row}, nil)
	if err != nil {
		return err
	}
	if err := out.Header([]sheet.Column{{Title: say("字段", "Field"), Width: 16}, {Title: say("内容", "Value"), Width: 60}}); err != nil {
		return err
	}
	for _, f := range v.Fields() {
		if err := out.Row([]sheet.Value{sheet.Str(f.Label.In(lang)), sheet.Str(v.Text(row, f))}); err != nil {
			return err
		}
	}
	if err := writeTouches(ctx, s, x, out); err != nil {
		return err
	}
	out.Sheet(say("修改日志", "Change log"))
	err = out.Header([]sheet.Column{{Title: say("时间", "Time"), Format: sheet.AsTime}, {Title: say("用户", "User")}, {Title: say("字段", "Field")}, {Title: say("原值", "Before")}, {Title: say("新值", "After")}})
	if err != nil {
		return err
	}
	if err := writeHistory(ctx, s, x, out); err != nil {
		return err
	}
	return out.Close()
}

// LogPersonalData logs that the actor took out what is kept about a contact.
func LogPersonalData(ctx context.Context, s *record.Session, x id.ID) error {
	entry := saidOf(s, "contact", x)
	entry.Action = audit.Export
	return audit.Write(ctx, s.Tx, []audit.Entry{entry})
}

func saidOf(s *record.Session, of string, record id.ID, changes ...audit.Change) audit.Entry {
	return audit.Entry{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: of, Record: record, Changes: changes,
	}
}

func writeTouches(ctx context.Context, s *record.Session, contact id.ID, out *sheet.XLSXWriter) error {
	def, lang := s.Def("followup"), s.Actor.Lang
	out.Sheet(def.Plural.In(lang))
	fields := slices.DeleteFunc(s.Visible(def.Name), func(f *entity.Field) bool {
		return !slices.Contains([]string{"happened_at", "way", "content", "feedback", "owner_id"}, f.Name)
	})
	columns := make([]sheet.Column, len(fields))
	for i, f := range fields {
		columns[i] = sheet.Column{Title: f.Label.In(lang)}
	}
	if err := out.Header(columns); err != nil {
		return err
	}
	q := record.Query{Filter: record.Where("contact_id", contact), Limit: record.MaxLimit, Sort: "happened_at"}
	for {
		page, err := s.List(ctx, def.Name, q)
		if err != nil {
			return err
		}
		v, err := s.View(ctx, def.Name, page.Rows, nil)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			values := make([]sheet.Value, len(fields))
			for i, f := range fields {
				values[i] = v.Cell(row, f)
			}
			if err := out.Row(values); err != nil {
				return err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}

func writeHistory(ctx context.Context, s *record.Session, contact id.ID, out *sheet.XLSXWriter) error {
	for before := id.ID(0); ; {
		changes, err := s.History(ctx, "contact", contact, before, 500)
		if err != nil {
			return err
		}
		for _, c := range changes {
			for _, f := range c.Fields {
				err := out.Row([]sheet.Value{
					sheet.Moment(c.At.In(s.Store().Zone())), sheet.Str(c.UserName), sheet.Str(f.Field.Label.In(s.Actor.Lang)), sheet.Str(f.OldText), sheet.Str(f.NewText),
				})
				if err != nil {
					return err
				}
			}
		}
		if len(changes) < 500 {
			return nil
		}
		before = changes[len(changes)-1].ID
	}
}

// gone stands where a person's name, number or handle stood in a text.
const gone = "██"

// ErasePerson erases a contact's person on request (个人信息保护法 §47): the contact is put away without name, numbers,
// handles, birthday, address and remarks, and where these stand in the texts of the customer and its follow-ups they are
// blotted out, in the log too. Who the customer is, what was agreed, when and by whom remains. It cannot be undone. The
// actor must be allowed to delete the contact; the reason stands in the log.
func ErasePerson(ctx context.Context, s *record.Session, x id.ID, reason string) error {
	row, err := s.Load(ctx, "contact", x)
	if err != nil {
		return err
	}
	if !row.Can(access.Delete) {
		return errs.New(errs.Denied, "")
	}
	reason = text.Tidy(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > 200 {
		return errs.OfField("reason", "personal.reason", "max", 200)
	}
	var person Contact
	name := i18n.T("已删除的联系人", "Erased contact").In(s.Actor.Lang)
	err = record.Touch(ctx, s, x, func(c *Contact) {
		person = *c
		c.Name, c.NameKey, c.Gender, c.Title, c.Department, c.Birthday, c.Address, c.Remark = name, pinyin.SortKey(name), "", "", "", "", "", ""
		c.BirthdayOn, c.GreetedAt = "", clock.Instant{}
		c.Mobile, c.Landline, c.OtherPhones, c.Email, c.WeChat, c.QQ, c.Custom, c.Main = "", "", "", "", "", "", nil, false
		if c.ArchivedAt.IsZero() {
			c.ArchivedAt = clock.At(s.Tx.Now)
		}
	})
	if err != nil {
		return err
	}
	about := map[string]bool{"main": false, "customer_id": false, "decision_role": false, "attitude": false, "reports_to": false}
	said := func(of string, record id.ID) audit.Entry {
		return saidOf(s, of, record, audit.Change{Field: "reason", New: reason})
	}
	err = audit.Erase(ctx, s.Tx, said("contact", x), func(c audit.Change) bool {
		_, commercial := about[c.Field]
		return !commercial
	})
	if err != nil {
		return err
	}
	if err := showMainContact(ctx, s, person.CustomerID); err != nil {
		return err
	}
	return blotOut(ctx, s, person, said)
}

// blotOut takes what names a person out of the texts of the customer and its follow-ups, and out of their log.
func blotOut(ctx context.Context, s *record.Session, person Contact, said func(of string, record id.ID) audit.Entry) error {
	var pairs []string
	for _, secret := range append(strings.Fields(strings.ReplaceAll(person.OtherPhones, "、", " ")),
		person.Name, person.Mobile, person.Landline, person.Email, person.WeChat, person.QQ, person.Address) {
		if utf8.RuneCountInString(secret) >= 2 {
			pairs = append(pairs, secret, gone)
		}
	}
	blot := strings.NewReplacer(pairs...)
	names := func(c audit.Change) bool {
		for _, v := range []any{c.Old, c.New} {
			if value, ok := v.(string); ok && blot.Replace(value) != value {
				return true
			}
		}
		return false
	}
	err := record.Touch(ctx, s, person.CustomerID, func(c *Customer) {
		for _, p := range []*string{&c.Need, &c.Remark, &c.StageNote} {
			*p = blot.Replace(*p)
		}
	})
	if err != nil {
		return err
	}
	if err := audit.Erase(ctx, s.Tx, said("customer", person.CustomerID), names); err != nil {
		return err
	}
	followups, err := s.Tx.IDs(ctx, "SELECT id FROM followup WHERE customer_id = ? ORDER BY id", person.CustomerID)
	if err != nil {
		return err
	}
	for _, x := range followups {
		err := record.Touch(ctx, s, x, func(f *Followup) {
			for _, p := range []*string{
				&f.Content, &f.Feedback, &f.NextAction, &f.Purpose, &f.Place, &f.PostponeReason, &f.CancelReason, &f.LaterReason, &f.CheckedInPlace,
			} {
				*p = blot.Replace(*p)
			}
		})
		if err != nil {
			return err
		}
		if err := audit.Erase(ctx, s.Tx, said("followup", x), names); err != nil {
			return err
		}
	}
	return nil
}

package crm

import (
	"context"
	"io"
	"slices"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// PersonalData writes everything that is kept about a contact, or a lead, as a workbook, for a person who asks for it
// (个人信息保护法 §45): what is known of them, what was done with them, and the log of both. The actor must see the record, in
// full, and may export.
func PersonalData(ctx context.Context, s *record.Session, of string, x id.ID, w io.Writer) error {
	def := s.Def(of)
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
	if err := writeTouches(ctx, s, of, x, out); err != nil {
		return err
	}
	out.Sheet(say("修改日志", "Change log"))
	err = out.Header([]sheet.Column{{Title: say("时间", "Time"), Format: sheet.AsTime}, {Title: say("用户", "User")}, {Title: say("字段", "Field")}, {Title: say("原值", "Before")}, {Title: say("新值", "After")}})
	if err != nil {
		return err
	}
	if err := writeHistory(ctx, s, of, x, out); err != nil {
		return err
	}
	return out.Close()
}

// LogPersonalData logs that the actor took out what is kept about a contact or a lead.
func LogPersonalData(ctx context.Context, s *record.Session, of string, x id.ID) error {
	entry := saidOf(s, of, x)
	entry.Action = audit.Export
	return audit.Write(ctx, s.Tx, []audit.Entry{entry})
}

func saidOf(s *record.Session, of string, record id.ID, changes ...audit.Change) audit.Entry {
	return audit.Entry{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: of, Record: record, Changes: changes,
	}
}

func writeTouches(ctx context.Context, s *record.Session, of string, x id.ID, out *sheet.XLSXWriter) error {
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
	q := record.Query{Filter: record.Where(of+"_id", x), Limit: record.MaxLimit, Sort: "happened_at"}
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

func writeHistory(ctx context.Context, s *record.Session, of string, x id.ID, out *sheet.XLSXWriter) error {
	for before := id.ID(0); ; {
		changes, err := s.History(ctx, of, x, before, 500)
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

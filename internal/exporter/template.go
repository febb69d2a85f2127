package exporter

import (
	"context"
	"io"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/importer"
	"genjin/internal/record"
	"genjin/internal/sheet"
)

// Template writes a workbook to be filled in and imported: a column for each field that the actor may fill, of the entity
// and the main ones of what hangs on it, with drop-down lists, hints, and a star at what every row needs.
func Template(ctx context.Context, m *importer.Importer, st *record.Store, actor *access.Actor, entityName string, w io.Writer) error {
	if err := m.Allowed(actor, entityName); err != nil {
		return err
	}
	return st.Read(ctx, actor, func(s *record.Session) error {
		def := s.Def(entityName)
		out := sheet.NewXLSX(w, sheet.XLSXOptions{Sheet: def.Plural.In(actor.Lang), Author: actor.Name})
		var columns []sheet.Column
		for _, t := range m.Targets(s, entityName) {
			if !inTemplate(s, t) {
				continue
			}
			c := column(t.Field, templateHeading(s, t), actor.Lang)
			c.Required = t.Via == "" && t.Field.Required
			columns = append(columns, c)
		}
		if err := out.Header(columns); err != nil {
			return err
		}
		return out.Close()
	})
}

// inTemplate reports whether a template has a column for the target: every field of the entity that people fill, and
// those of what hangs on it that its list shows.
func inTemplate(s *record.Session, t *importer.Target) bool {
	if t.Field == nil || t.Part != "" || t.Field.ReadOnly {
		return false
	}
	return t.Via == "" || slices.Contains(s.Def(t.Entity).Columns, t.Field.Name)
}

// templateHeading gives a heading that means the target and nothing else.
func templateHeading(s *record.Session, t *importer.Target) string {
	label := t.Field.Label.In(s.Actor.Lang)
	if t.Via == "" {
		return label
	}
	of := s.Def(t.Entity).Label.In(s.Actor.Lang)
	if strings.HasPrefix(label, of) {
		return label
	}
	if s.Actor.Lang == "en" {
		return of + " " + strings.ToLower(label)
	}
	return of + label
}

package record

import (
	"context"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/id"
)

// LogEntry is an entry of the company's log as its reader may see it.
type LogEntry struct {
	Change
	Def   *entity.Def    // nil for what is no record: a setting, a field of the company's own
	Title string         // of the record; "" when it is gone
	Other []audit.Change // what is said of no field: how many rows were exported, what a setting was
}

// logScanned is how many entries are looked at for one page, so that a reader who may see few of them gets an answer.
const logScanned = 5000

// Log gives the entries of the company's log that a filter chooses and the actor may see, older than before (zero: from
// the newest), newest first, at most limit; next is where to go on, zero at the end. What the log says of records that
// the actor may not open is left out, and fields show as they do on the record. A record that was deleted shows to those
// who see all of its kind. Whether the actor may read the log at all is the caller's to ask.
func (s *Session) Log(ctx context.Context, f audit.Filter, before id.ID, limit int) (out []LogEntry, next id.ID, err error) {
	for scanned := 0; scanned < logScanned; {
		entries, err := audit.List(ctx, s.Tx, f, before, limit)
		if err != nil {
			return nil, 0, err
		}
		seen, err := s.seenOf(ctx, entries)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range seen {
			switch {
			case e == nil:
			case len(out) == limit:
				return out, out[limit-1].ID, nil
			default:
				out = append(out, *e)
			}
		}
		if len(entries) < limit {
			return out, 0, nil
		}
		before, scanned = entries[len(entries)-1].ID, scanned+len(entries)
	}
	return out, before, nil
}

// seenOf gives the entries as the actor may see them, nil for those they may not.
func (s *Session) seenOf(ctx context.Context, entries []audit.Entry) ([]*LogEntry, error) {
	out := make([]*LogEntry, len(entries))
	byEntity := map[string][]int{}
	for i, e := range entries {
		if s.Def(e.Entity) == nil || e.Record == 0 {
			out[i] = &LogEntry{Change: Change{Entry: e}, Def: s.Def(e.Entity), Other: e.Changes}
			continue
		}
		byEntity[e.Entity] = append(byEntity[e.Entity], i)
	}
	for name, at := range byEntity {
		if err := s.seenOfEntity(ctx, name, entries, at, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// seenOfEntity puts the entries at some positions, about records of one entity, into out.
func (s *Session) seenOfEntity(ctx context.Context, name string, entries []audit.Entry, at []int, out []*LogEntry) error {
	records := map[id.ID]bool{}
	var of []audit.Entry
	for _, i := range at {
		records[entries[i].Record] = true
		of = append(of, entries[i])
	}
	rows, err := s.Rows(ctx, name, ids(records))
	if err != nil {
		return err
	}
	var shown []*Row
	for _, row := range rows {
		shown = append(shown, row)
	}
	v, err := s.View(ctx, name, shown, nil)
	if err != nil {
		return err
	}
	if err := v.nameLogged(ctx, of); err != nil {
		return err
	}
	titles, err := s.Titles(ctx, name, records)
	if err != nil {
		return err
	}
	gone, err := s.goneOf(ctx, name, rows, records)
	if err != nil {
		return err
	}
	for _, i := range at {
		e := entries[i]
		row := rows[e.Record]
		if row == nil {
			if row = gone[e.Record]; row == nil {
				continue
			}
		}
		seen := &LogEntry{Change: Change{Entry: e}, Def: v.def, Title: titles[e.Record]}
		for _, c := range e.Changes {
			if f, ok := v.changed(row, c); ok {
				seen.Fields = append(seen.Fields, f)
			}
		}
		out[i] = seen
	}
	return nil
}

// goneOf gives empty rows for those of records that were deleted, to an actor who sees all records of the entity.
func (s *Session) goneOf(ctx context.Context, name string, rows map[id.ID]*Row, records map[id.ID]bool) (map[id.ID]*Row, error) {
	k := s.store.reg.kind(name)
	gone := map[id.ID]*Row{}
	if !s.Actor.Reach(k.def.ModuleName(), access.View).Everything {
		return gone, nil
	}
	for x := range records {
		if rows[x] == nil {
			gone[x] = s.emptyRow(k, x)
		}
	}
	where := in(s, "id", ids(gone))
	err := s.each(ctx, "SELECT id FROM "+k.def.TableName()+" WHERE "+where.SQL, where.Args, func(scan func(dest ...any) error) error {
		var x id.ID
		err := scan(&x)
		delete(gone, x) // it is there, and out of sight for another reason
		return err
	})
	return gone, err
}

func (s *Session) emptyRow(k *kind, x id.ID) *Row {
	def := s.Def(k.def.Name)
	row := &Row{def: def, values: make([]any, len(def.Fields))}
	for i, f := range def.Fields {
		row.values[i] = entity.Missing(f.Type)
	}
	row.values[def.Index("id")] = int64(x)
	return row
}

package check

import (
	"context"
	"strings"

	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/search"
	"genjin/internal/sqldb"
)

// searched gives the fields of an entity that the search box finds.
func searched(d *entity.Def) (found []*entity.Field) {
	for _, f := range d.Fields {
		if f.Search.Indexed() && !f.Custom {
			found = append(found, f)
		}
	}
	return found
}

// findable gives a query for the ids of the records of an entity that belong in the index.
func findable(d *entity.Def) (query string, ok bool) {
	fields := searched(d)
	if len(fields) == 0 {
		return "", false
	}
	some := make([]string, len(fields))
	for i, f := range fields {
		some[i] = f.Name + " <> ''"
	}
	return "SELECT id FROM " + d.TableName() + " WHERE (" + strings.Join(some, " OR ") + ")", true
}

func indexed(d sqldb.Dialect) string {
	if d == sqldb.SQLite {
		return "SELECT rowid FROM search"
	}
	return "SELECT id FROM search"
}

// searchIndex sees whether each record that can be found is in the index, and nothing else is.
func searchIndex(ctx context.Context, tx *sqldb.Tx, defs []*entity.Def, r *Result) error {
	index := indexed(tx.Dialect())
	if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM ("+index+") AS known").Scan(&r.Count); err != nil {
		return err
	}
	var all []string
	for _, d := range defs {
		query, ok := findable(d)
		if !ok {
			continue
		}
		all = append(all, query)
		err := each(ctx, tx, func(row []any) { r.add("%s %v ✗", d.Name, row[0]) }, query+" AND id NOT IN ("+index+")")
		if err != nil {
			return err
		}
	}
	if len(all) == 0 {
		return nil
	}
	return each(ctx, tx, func(row []any) { r.add("%v ?", row[0]) },
		"SELECT * FROM ("+index+") AS known EXCEPT SELECT * FROM ("+strings.Join(all, " UNION ALL ")+") AS findable")
}

const page = 1000 // records indexed in one transaction

// RebuildSearch makes the search index anew. Nobody else may write meanwhile.
func RebuildSearch(ctx context.Context, db *sqldb.DB, defs []*entity.Def) error {
	err := db.WriteAlone(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM search")
		return err
	})
	for _, d := range defs {
		if query, ok := findable(d); ok && err == nil {
			err = rebuild(ctx, db, d, query)
		}
	}
	return err
}

func rebuild(ctx context.Context, db *sqldb.DB, d *entity.Def, findable string) error {
	fields := searched(d)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	query := strings.Replace(findable, "SELECT id", "SELECT id, "+strings.Join(names, ", "), 1) + " AND id > ? ORDER BY id LIMIT ?"
	var after id.ID
	for more := true; more; {
		err := db.WriteAlone(ctx, func(tx *sqldb.Tx) error {
			var docs []search.Doc
			err := each(ctx, tx, func(row []any) { docs = append(docs, document(d, fields, row)) }, query, int64(after), page)
			if err != nil {
				return err
			}
			if more = len(docs) == page; len(docs) > 0 {
				after = docs[len(docs)-1].ID
			}
			var index search.Pending
			index.Add(docs)
			return index.Write(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func document(d *entity.Def, fields []*entity.Field, row []any) search.Doc {
	doc := search.Doc{ID: id.ID(row[0].(int64)), Tag: d.Tag()}
	for i, f := range fields {
		if text, ok := row[i+1].(string); ok && text != "" {
			doc.Texts = append(doc.Texts, search.Text{Way: f.Search, Value: text})
		}
	}
	return doc
}

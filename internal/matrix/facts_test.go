package matrix

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/matrix/policy"
	"genjin/internal/sqldb"
)

// facts are what the database says once the company is set up: who may see what, and where each token comes from.
type facts struct {
	policy  *policy.Company
	sources map[string][]source // by token
	stored  map[string]stored   // records by id
	views   map[string]viewFact
	imports map[string]importFact
	jobs    map[string]string // id → user

	duties []duty

	handovers    map[string]string // id → who left
	handoverJobs map[string]bool
	logins       map[string]string // ids of sessions and tokens → user

	loginTables map[string]string   // the same → table
	importsOf   map[string][]string // imports by their job
}

// stored is a record as the database has it, by field; texts of ids for references.
type stored struct {
	entity string
	values map[string]any
}

type viewFact struct{ owner, scope, department string }

type importFact struct{ entity, by, state string }

// source is where a token stands: in a field of a record, or in what is no record, named by its table.
type source struct{ entity, id, field string }

func (s source) String() string { return s.entity + " " + s.id + "." + s.field }

// learn reads the facts.
func (w *world) learn() {
	w.t.Helper()
	w.facts = facts{
		policy: &policy.Company{
			Departments: map[string]policy.Department{}, Users: map[string]policy.User{}, Roles: w.rules,
			Entities: map[string]policy.Entity{}, Records: map[string]policy.Record{},
		},
		sources: map[string][]source{}, stored: map[string]stored{}, views: map[string]viewFact{}, imports: map[string]importFact{},
		jobs: map[string]string{}, logins: map[string]string{}, loginTables: map[string]string{}, handovers: map[string]string{}, handoverJobs: map[string]bool{}, importsOf: map[string][]string{},
	}
	w.must(w.app.DB.Read(w.t.Context(), func(tx *sqldb.Tx) error {
		for _, def := range w.defs() {
			w.learnEntity(def)
			w.learnRecords(tx, def)
		}
		w.learnShares(tx)
		w.learnLog(tx)
		w.learnOthers(tx)
		return nil
	}))
}

func (w *world) learnEntity(def *entity.Def) {
	e := policy.Entity{
		Module: def.ModuleName(), Owned: def.Owned, Common: def.Common, Child: len(def.Parents) > 0, Derived: def.Derived,
		AddedBy: def.ParentNeeds, Author: def.Authored, Fields: map[string]policy.Field{},
	}
	for _, f := range def.Fields {
		if !f.Internal {
			e.Fields[f.Name] = policy.Field{Private: f.Private, Closed: f.NoFilter}
		}
	}
	w.policy.Entities[def.Name] = e
}

// each calls fn with each row of a query, as texts and numbers by column.
func (w *world) each(tx *sqldb.Tx, query string, columns []string, fn func(row map[string]any)) {
	w.t.Helper()
	rows, err := tx.Query(w.t.Context(), query)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		w.must(rows.Scan(dest...))
		row := map[string]any{}
		for i, name := range columns {
			row[name] = values[i]
		}
		fn(row)
	}
	w.must(rows.Err())
}

func (w *world) learnRecords(tx *sqldb.Tx, def *entity.Def) {
	var columns []string
	for _, f := range def.Fields {
		if !f.Custom {
			columns = append(columns, f.Name)
		}
	}
	w.each(tx, "SELECT "+strings.Join(columns, ", ")+" FROM "+def.TableName()+" ORDER BY id", columns, func(row map[string]any) {
		for name, value := range entity.CustomOf(row["custom"]) {
			row[name] = value
		}
		w.learnRecord(def, row)
	})
}

func (w *world) learnRecord(def *entity.Def, row map[string]any) {
	x := idText(row["id"])
	r := policy.Record{Entity: def.Name, Shares: map[string]string{}, Archived: row["archived_at"] != nil, Author: idText(row["created_by"])}
	if def.Owned {
		r.Owner, r.Department = idText(row["owner_id"]), idText(row["department_id"])
	}
	for _, name := range def.Parents {
		if p := idText(row[name]); p != "" {
			r.Parents = append(r.Parents, p)
		}
	}
	switch def.Name {
	case "user":
		roles := entity.ListOf(row["role_ids"])
		w.policy.Users[x] = policy.User{Department: idText(row["department_id"]), Roles: roles, Active: row["active"] == int64(1)}
		r.Admin = slices.Contains(roles, w.roles["admin"])
	case "department":
		w.policy.Departments[x] = policy.Department{Parent: idText(row["parent_id"]), Supervisors: entity.ListOf(row["supervisor_ids"])}
	}
	w.policy.Records[x] = r
	w.stored[x] = stored{def.Name, row}
	w.note(x, source{def.Name, x, "id"})
	for _, f := range def.Fields {
		if !f.Internal {
			w.noteValue(f, row[f.Name], source{def.Name, x, f.Name})
		}
	}
	if w.records[x] == nil {
		t := &thing{entity: def.Name, id: x, name: x}
		w.records[x] = t
		w.things = append(w.things, t)
	}
}

// note says where a token comes from.
func (w *world) note(token string, s source) {
	if token != "" && !slices.Contains(w.sources[token], s) {
		w.sources[token] = append(w.sources[token], s)
	}
}

// noteText notes the tokens of a text.
func (w *world) noteText(text string, s source) {
	tokens(text, func(token string) {
		if strings.HasPrefix(token, canaryStart) || len(token) != idLength && strings.IndexFunc(token, isHan) < 0 {
			w.note(token, s)
		}
		if len(token) == idLength {
			w.note(token, s)
		}
	})
}

func isHan(r rune) bool { return r >= 0x3400 }

// noteValue notes how a value can show.
func (w *world) noteValue(f *entity.Field, value any, s source) {
	if f.Type == entity.OneOf || f.Type == entity.AnyOf {
		return // many records hold the same
	}
	tree, isTree := f.Type.(entity.Tree)
	switch v := value.(type) {
	case string:
		w.noteText(v, s)
		if isTree && v != "" {
			w.note(v, s)
			w.noteName(tableOf(tree).Name(v), s)
		}
	case int64:
		switch {
		case f.Type == entity.Ref:
			w.note(idText(v), s)
		case f.Type == entity.DateTime && v >= began.UnixMilli(): // when the program did something, which is told elsewhere, too
		case f.Type == entity.DateTime:
			t := time.UnixMilli(v)
			w.note(t.UTC().Format("2006-01-02T15:04"), s)
			w.note(t.In(zone).Format("2006-01-02T15:04"), s)
		case f.Type == entity.Int || f.Type == entity.Money:
			w.noteText(fmt.Sprint(v), s)
		}
	}
}

// noteName notes the name of a code when it is long enough to be no other word.
func (w *world) noteName(name string, s source) {
	if len([]rune(name)) < 4 {
		return
	}
	tokens(name, func(token string) {
		if token == name {
			w.note(token, s)
		}
	})
}

func idText(v any) string {
	n, _ := v.(int64)
	return id.ID(n).String()
}

func (w *world) learnShares(tx *sqldb.Tx) {
	w.each(tx, "SELECT record_id, user_id, access FROM share", []string{"record", "user", "access"}, func(row map[string]any) {
		w.policy.Records[idText(row["record"])].Shares[idText(row["user"])] = row["access"].(string)
	})
}

// learnLog notes the values that records had: the log tells them to those who may see the field.
func (w *world) learnLog(tx *sqldb.Tx) {
	w.each(tx, "SELECT entity, record_id, changes FROM audit_entry", []string{"entity", "record", "changes"}, func(row map[string]any) {
		def, x := w.def(row["entity"].(string)), idText(row["record"])
		if row["changes"] == "" || def == nil {
			return
		}
		var changes []struct {
			F    string
			O, N json.RawMessage
		}
		w.must(json.Unmarshal([]byte(row["changes"].(string)), &changes))
		for _, c := range changes {
			f := def.Field(c.F)
			if f == nil {
				continue
			}
			for _, raw := range []json.RawMessage{c.O, c.N} {
				w.noteValue(f, plainOf(raw), source{def.Name, x, f.Name})
			}
		}
	})
}

func plainOf(raw json.RawMessage) any {
	var n int64
	if json.Unmarshal(raw, &n) == nil {
		return n
	}
	var s string
	_ = json.Unmarshal(raw, &s) // what is neither holds no token
	return s
}

// Tables of what is no record, as sources are named after them.
const (
	ofView   = "view"
	ofImport = "import"
	ofJob    = "job"
	ofLogin  = "login"
)

func (w *world) learnOthers(tx *sqldb.Tx) {
	w.each(tx, "SELECT id, name, search, scope, owner_id, department_id FROM saved_view", []string{"id", "name", "search", "scope", "owner", "department"}, func(row map[string]any) {
		x := idText(row["id"])
		w.views[x] = viewFact{idText(row["owner"]), row["scope"].(string), idText(row["department"])}
		w.note(x, source{ofView, x, "id"})
		w.noteText(fmt.Sprint(row["name"], " ", row["search"]), source{ofView, x, "name"})
	})
	w.each(tx, "SELECT id, entity, created_by, state, file_name, sheets, unknown, job_id FROM import", []string{"id", "entity", "by", "state", "file", "sheets", "unknown", "job"}, func(row map[string]any) {
		x := idText(row["id"])
		w.imports[x] = importFact{row["entity"].(string), idText(row["by"]), row["state"].(string)}
		w.importsOf[idText(row["job"])] = append(w.importsOf[idText(row["job"])], x)
		w.note(x, source{ofImport, x, "id"})
		w.noteText(fmt.Sprint(row["file"], " ", row["sheets"], " ", row["unknown"]), source{ofImport, x, "sheets"})
	})
	w.each(tx, "SELECT import_id, value, reason FROM import_problem", []string{"id", "value", "reason"}, func(row map[string]any) {
		w.noteText(fmt.Sprint(row["value"], " ", row["reason"]), source{ofImport, idText(row["id"]), "problems"})
	})
	w.each(tx, "SELECT id, created_by FROM job", []string{"id", "by"}, func(row map[string]any) {
		w.jobs[idText(row["id"])] = idText(row["by"])
		w.note(idText(row["id"]), source{ofJob, idText(row["id"]), "id"})
	})
	w.each(tx, "SELECT id, from_id, job_id FROM handover", []string{"id", "from", "job"}, func(row map[string]any) {
		w.handoverJobs[idText(row["job"])] = true
		w.handovers[idText(row["id"])] = idText(row["from"])
	})
	w.each(tx, "SELECT id, kind, entity, record_id, owner_id, department_id FROM obligation WHERE state = 'running' ORDER BY id", []string{"id", "kind", "entity", "record", "owner", "department"}, func(row map[string]any) {
		w.duties = append(w.duties, duty{
			idText(row["id"]), row["kind"].(string), row["entity"].(string), idText(row["record"]), idText(row["owner"]), idText(row["department"]),
		})
	})
	w.each(tx, "SELECT id, user_id, address FROM session", []string{"id", "user", "text"}, w.learnLogin("session"))
	w.each(tx, "SELECT id, user_id, name FROM api_token", []string{"id", "user", "text"}, w.learnLogin("api_token"))
}

func (w *world) learnLogin(table string) func(row map[string]any) {
	return func(row map[string]any) {
		x := idText(row["id"])
		w.loginTables[x] = table
		w.logins[x] = idText(row["user"])
		w.note(x, source{ofLogin, x, "id"})
		w.noteText(row["text"].(string), source{ofLogin, x, "text"})
	}
}

// maySee reports whether somebody may be told what stands at a source.
func (w *world) maySee(who policy.Who, s source) bool {
	switch s.entity {
	case ofView:
		v := w.views[s.id]
		return v.owner == who.User || v.scope == "all" || v.scope == "department" && v.department == w.policy.Users[who.User].Department
	case ofImport:
		if s.field == "id" && w.policy.May(who, "log", "view") {
			return true // the log names what belongs together
		}
		imp := w.imports[s.id]
		return w.policy.SeesImport(who, imp.entity, imp.by)
	case ofJob:
		return w.jobs[s.id] == who.User || w.handoverJobs[s.id] && w.policy.May(who, "user", "edit") || slices.ContainsFunc(w.importsOf[s.id], func(x string) bool { return w.maySee(who, source{ofImport, x, "sheets"}) })
	case ofLogin:
		return w.logins[s.id] == who.User || w.policy.May(who, "security", "view")
	}
	if s.field == "id" {
		return w.policy.Sees(who, s.id)
	}
	return w.policy.Reads(who, s.id, s.field) == policy.Full
}

// isOf reports whether a source is somebody's own account, or one of their roles: what is told to them of themselves.
func (w *world) isOf(who policy.Who, s source) bool {
	return s.entity == "user" && s.id == who.User || s.entity == "role" && slices.Contains(w.policy.Users[who.User].Roles, s.id)
}

// maySeeToken reports whether somebody may be told a token, from whatever source; true for what has none.
func (w *world) maySeeToken(who policy.Who, token string) bool {
	from := w.sources[token]
	return len(from) == 0 || slices.ContainsFunc(from, func(s source) bool { return w.maySee(who, s) })
}

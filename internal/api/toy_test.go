package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Vehicle is all that a new entity takes: a struct, its fields and one line that registers it.
type Vehicle struct {
	record.Base
	record.Owned

	Plate    string `field:"plate"`
	Model    string `field:"model"`
	Seats    *int64 `field:"seats"`
	Customer id.ID  `field:"customer_id"`
}

func vehicleKind() record.Kind[Vehicle] {
	return record.Kind[Vehicle]{Def: &entity.Def{
		Name: "vehicle", Path: "vehicles", Module: "customer", Title: "plate", Owned: true,
		Label: i18n.T("车辆", "Vehicle"), Plural: i18n.T("车辆", "Vehicles"),
		Columns: []string{"plate", "model", "seats"}, Sort: "-created_at",
		Fields: []*entity.Field{
			{Name: "plate", Label: i18n.T("车牌", "Plate"), Type: entity.Text, Required: true, Unique: true, Max: 10, Search: entity.SearchCode, Match: []entity.Match{{}}, Aliases: []string{"车牌号"}},
			{Name: "model", Label: i18n.T("车型", "Model"), Type: entity.Text, Search: entity.SearchName},
			{Name: "seats", Label: i18n.T("座位", "Seats"), Type: entity.Int},
			{Name: "customer_id", Label: i18n.T("客户", "Customer"), Type: entity.Ref, Ref: "customer"},
		},
	}}
}

// vehicleTable is its migration.
const vehicleTable = `CREATE TABLE vehicle (
	id INTEGER PRIMARY KEY, version INTEGER NOT NULL, created_at INTEGER NOT NULL, created_by INTEGER, updated_at INTEGER NOT NULL,
	updated_by INTEGER, archived_at INTEGER, custom TEXT NOT NULL DEFAULT '', owner_id INTEGER, department_id INTEGER,
	plate TEXT NOT NULL, model TEXT NOT NULL DEFAULT '', seats INTEGER, customer_id INTEGER)`

// TestNewEntity shows what a new entity gets by being described: doors, their description, scopes, the change log,
// search, import and export.
func TestNewEntity(t *testing.T) {
	t.Parallel()
	var store *files.Store
	s := newServerOf(t, func(reg *record.Registry) {
		crm.Register(reg)
		record.Register(reg, vehicleKind())
	}, func(d *Deps) {
		store = openFiles(t)
		d.Files = store
		d.Importer = importer.New(d.Store, store, nil)
		err := d.Store.DB().Write(t.Context(), func(tx *sqldb.Tx) error { return tx.Script(t.Context(), tx.Dialect().DDL(vehicleTable)) })
		if err != nil {
			t.Fatal(err)
		}
	})
	admin := s.setUp()
	rep := s.user("rep", "sales_rep")

	var doc struct {
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(s.OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Paths["/vehicles"]["get"] == nil || doc.Paths["/vehicles/{id}"]["patch"] == nil || doc.Components.Schemas["Vehicle"] == nil {
		t.Error("the OpenAPI document does not describe vehicles")
	}

	mine := rep.make("/vehicles", rec{"plate": "粤B12345", "model": "比亚迪汉", "seats": 5})
	theirs := admin.make("/vehicles", rec{"plate": "沪A00001", "model": "蔚来"})
	rep.want(404, "GET", "/vehicles/"+theirs.id(), nil)
	if got := into[page](t, rep.want(200, "GET", "/vehicles", nil)); len(got.Items) != 1 || got.Items[0].id() != mine.id() {
		t.Errorf("a rep sees %v", got.Items)
	}
	admin.want(422, "POST", "/vehicles", rec{"plate": "粤B12345"})
	rep.ifMatch(1).want(200, "PATCH", "/vehicles/"+mine.id(), rec{"seats": 7})
	log := into[LogPage](t, rep.want(200, "GET", "/vehicles/"+mine.id()+"/log", nil))
	if len(log.Items) != 2 || log.Items[0].Changes[0].OldText != "5" || log.Items[0].Changes[0].NewText != "7" {
		t.Errorf("log: %+v", log.Items)
	}
	if hits := into[items[SearchHit]](t, rep.want(200, "GET", query("/search", "q", "bydh"), nil)); len(hits.Items) != 1 {
		t.Errorf("search: %+v", hits.Items)
	}

	imp, err := s.Importer.Start(t.Context(), s.actor(admin), "vehicle", "车辆.csv", strings.NewReader("车牌号,车型,座位\n京C88888,红旗,5\n京C99999,奔驰,多\n"))
	if err != nil {
		t.Fatal(err)
	}
	imp, err = s.Importer.Run(t.Context(), s.actor(admin), imp.ID, nil)
	if err != nil || imp.Result.Created != 1 || imp.Result.Refused != 1 {
		t.Errorf("import: %+v %v", imp.Result, err)
	}
	out := admin.want(200, "GET", query("/vehicles/export", "format", "csv", "sort", "plate"), nil)
	if lines := bytes.Count(bytes.TrimSpace(out.body), []byte("\n")); lines != 3 || !bytes.Contains(out.body, []byte("京C88888")) {
		t.Errorf("export: %s", out.body)
	}
}

// actor gives who a visitor is.
func (s *server) actor(v *visitor) *access.Actor {
	s.t.Helper()
	a, err := s.Actors.Get(s.t.Context(), s.store.DB(), into[Me](s.t, v.want(200, "GET", "/me", nil)).ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

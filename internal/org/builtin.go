package org

import (
	"context"
	"maps"
	"slices"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// The roles that come with the product.
const (
	SalesRep   = "sales_rep"
	Supervisor = "supervisor"
	SalesOps   = "sales_ops"
	Service    = "service"
	Finance    = "finance"
	Admin      = "admin"
	Auditor    = "auditor"
)

// BuiltIn is a role that comes with the product. An administrator may change it, except Admin, which grants everything.
type BuiltIn struct {
	Key         string
	Name        i18n.Text
	Remark      i18n.Text
	Permissions Permissions
	SeesPrivate bool
	Masked      bool
}

type grants = map[access.Action]Grant

// within grants actions over records of a scope, and those without a reach as such.
func within(scope access.Scope, actions ...access.Action) grants {
	g := grants{}
	for _, action := range actions {
		g[action] = Granted
		if Reaches(action) {
			g[action] = Grant{Scope: scope}
		}
	}
	return g
}

// both joins the grants of different actions.
func both(a, b grants) grants {
	maps.Copy(a, b)
	return a
}

// everything grants all that there is.
func everything() Permissions {
	p := Permissions{}
	for _, m := range Modules {
		p[m.Name] = within(access.All, m.Actions...)
	}
	return p
}

// readEverything grants the sight of all that there is.
func readEverything() Permissions {
	p := Permissions{}
	for _, m := range Modules {
		if slices.Contains(m.Actions, access.View) {
			p[m.Name] = within(access.All, access.View)
		}
	}
	return p
}

// BuiltIns is every role that comes with the product, in the order in which they are shown.
var BuiltIns = []BuiltIn{
	{
		Key: SalesRep, Name: i18n.T("销售代表", "Sales representative"), SeesPrivate: true,
		Remark: i18n.T("管理自己的客户与跟进", "Looks after their own customers and follow-ups"),
		Permissions: Permissions{
			"customer": within(access.Self, access.View, access.Create, access.Edit, access.Delete, access.Print),
			"lead":     within(access.Self, access.View, access.Create, access.Edit, access.Delete, access.Print),
			"followup": within(access.Self, access.View, access.Create, access.Edit, access.Delete),
		},
	},
	{
		Key: Supervisor, Name: i18n.T("销售主管", "Sales supervisor"), SeesPrivate: true,
		Remark: i18n.T("管理本部门及下级的客户，可分配", "Looks after the customers of the department and below, and assigns them"),
		Permissions: Permissions{
			"customer": within(access.DepartmentTree, access.View, access.Create, access.Edit, access.Delete, access.Assign, access.Print),
			"lead":     within(access.DepartmentTree, access.View, access.Create, access.Edit, access.Delete, access.Assign, access.Approve, access.Print),
			"followup": within(access.DepartmentTree, access.View, access.Create, access.Edit, access.Delete, access.Assign),
		},
	},
	{
		Key: SalesOps, Name: i18n.T("销售运营", "Sales operations"), SeesPrivate: true,
		Remark: i18n.T("全部数据的整理、归档、导入与导出", "Cleans, archives, imports and exports all data"),
		Permissions: Permissions{
			"customer":   within(access.All, module("customer").Actions...),
			"lead":       within(access.All, access.View, access.Create, access.Edit, access.Delete, access.Assign, access.Import, access.Export, access.Print),
			"followup":   within(access.All, module("followup").Actions...),
			"pool":       within(access.All, module("pool").Actions...),
			"web_form":   within(access.All, module("web_form").Actions...),
			"dictionary": within(access.All, module("dictionary").Actions...),
			"user":       within(access.All, access.View),
			"role":       within(access.All, access.View),
			"setting":    within(access.All, access.View),
		},
	},
	{
		Key: Service, Name: i18n.T("客服", "Customer service"), SeesPrivate: true,
		Remark: i18n.T("查看全部客户，记录自己的跟进", "Sees all customers, records their own follow-ups"),
		Permissions: Permissions{
			"customer": both(within(access.All, access.View), within(access.Self, access.Edit)),
			"lead":     both(within(access.All, access.View), within(access.Self, access.Create, access.Edit)),
			"followup": both(within(access.All, access.View), within(access.Self, access.Create, access.Edit, access.Delete)),
		},
	},
	{
		Key: Finance, Name: i18n.T("财务", "Finance"),
		Remark: i18n.T("查看全部客户，管理合同与款项", "Sees all customers, looks after contracts and money"),
		Permissions: Permissions{
			"customer": within(access.All, access.View, access.Print),
			"followup": within(access.All, access.View),
		},
	},
	{
		Key: Admin, Name: i18n.T("管理员", "Administrator"), SeesPrivate: true,
		Remark:      i18n.T("全部功能与系统设置", "Everything, and the system's settings"),
		Permissions: everything(),
	},
	{
		Key: Auditor, Name: i18n.T("审计", "Auditor"), Masked: true,
		Remark:      i18n.T("查看全部数据与日志，不能修改", "Reads everything and the logs, changes nothing"),
		Permissions: readEverything(),
	},
}

// Seed brings the built-in roles to what this version knows: it adds those that are missing, named in the language of
// the actor, and gives existing ones the permissions of modules that are new since they were stored. It changes nothing
// else, so it runs at every start.
func Seed(ctx context.Context, s *record.Session) error {
	for _, b := range BuiltIns {
		var x id.ID
		var stored string
		err := s.Tx.QueryRow(ctx, `SELECT id, permissions FROM role WHERE built_in = ?`, b.Key).Scan(&x, &stored)
		switch {
		case sqldb.IsNoRows(err):
			err = b.create(ctx, s)
		case err == nil:
			err = b.extend(ctx, s, x, stored)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b BuiltIn) create(ctx context.Context, s *record.Session) error {
	return record.Create(ctx, s, &Role{
		Name: b.Name.In(s.Actor.Lang), BuiltIn: b.Key, Permissions: b.Permissions.stored(),
		SeesPrivate: b.SeesPrivate, Masked: b.Masked, Remark: b.Remark.In(s.Actor.Lang),
	})
}

func (b BuiltIn) extend(ctx context.Context, s *record.Session, x id.ID, stored string) error {
	has, err := parsePermissions(stored)
	if err != nil {
		return err
	}
	more := false
	for _, m := range Modules {
		if _, known := has[m.Name]; !known {
			has[m.Name], more = b.Permissions[m.Name], true
		}
	}
	if !more || b.Key == Admin {
		return nil
	}
	_, err = record.Update(ctx, s, x, 0, func(r *Role) error {
		r.Permissions = has.stored()
		return nil
	})
	return err
}

func builtInNames() (names []i18n.Text) {
	for _, b := range BuiltIns {
		names = append(names, b.Name)
	}
	return names
}

// NameBuiltIns names the built-in roles in the language of the actor, but for those that somebody has renamed.
func NameBuiltIns(ctx context.Context, s *record.Session) error {
	for _, b := range BuiltIns {
		x, err := RoleOf(ctx, s.Tx, b.Key)
		if err != nil {
			return err
		}
		_, err = record.Update(ctx, s, x, 0, func(r *Role) error {
			if r.Name == b.Name.ZH || r.Name == b.Name.EN {
				r.Name = b.Name.In(s.Actor.Lang)
			}
			if r.Remark == b.Remark.ZH || r.Remark == b.Remark.EN {
				r.Remark = b.Remark.In(s.Actor.Lang)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// RoleOf gives the id of a built-in role.
func RoleOf(ctx context.Context, tx *sqldb.Tx, key string) (x id.ID, err error) {
	err = tx.QueryRow(ctx, `SELECT id FROM role WHERE built_in = ?`, key).Scan(&x)
	if sqldb.IsNoRows(err) {
		return 0, errs.New(errs.NotFound, "")
	}
	return x, err
}

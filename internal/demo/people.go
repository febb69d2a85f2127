package demo

import (
	"context"
	"slices"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/cn/pinyin"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// companyName is what the invented company is called where nobody has said otherwise.
const companyName = "示例智能科技有限公司"

// departments of the invented company, each below one before it; "" stands for the top of the installation.
var departments = []unit{
	{"销售中心", ""},
	{"华南大区", "销售中心"},
	{"深圳一部", "华南大区"},
	{"深圳二部", "华南大区"},
	{"广州部", "华南大区"},
	{"华东大区", "销售中心"},
	{"上海部", "华东大区"},
	{"苏杭部", "华东大区"},
	{"华北大区", "销售中心"},
	{"北京部", "华北大区"},
	{"中西大区", "销售中心"},
	{"华中部", "中西大区"},
	{"成渝部", "中西大区"},
	{"运营部", ""},
	{"客户服务部", ""},
	{"财务部", ""},
	{"信息与审计部", ""},
}

// staff are the people of the invented company. Leads supervise their department.
var staff = []struct {
	name, department, role string
	leads                  bool
}{
	{"陈志远", "销售中心", org.Supervisor, true},
	{"林晓雯", "华南大区", org.Supervisor, true},
	{"周建国", "华东大区", org.Supervisor, true},
	{"赵雅静", "华北大区", org.Supervisor, true},
	{"何俊峰", "中西大区", org.Supervisor, true},
	{"黄思琪", "深圳一部", org.SalesRep, false},
	{"梁嘉豪", "深圳一部", org.SalesRep, false},
	{"吴海燕", "深圳二部", org.SalesRep, false},
	{"郑凯文", "深圳二部", org.SalesRep, false},
	{"李文博", "广州部", org.SalesRep, false},
	{"许婉婷", "广州部", org.SalesRep, false},
	{"沈子涵", "上海部", org.SalesRep, false},
	{"徐明轩", "上海部", org.SalesRep, false},
	{"陆佳怡", "苏杭部", org.SalesRep, false},
	{"蒋浩然", "苏杭部", org.SalesRep, false},
	{"王雨桐", "北京部", org.SalesRep, false},
	{"刘振东", "北京部", org.SalesRep, false},
	{"曾雅琳", "华中部", org.SalesRep, false},
	{"单志强", "华中部", org.SalesRep, false},
	{"罗雪梅", "成渝部", org.SalesRep, false},
	{"邓宇航", "成渝部", org.SalesRep, false},
	{"冯丽娜", "运营部", org.SalesOps, true},
	{"唐小曼", "客户服务部", org.Service, true},
	{"潘志伟", "客户服务部", org.Service, false},
	{"顾敏", "财务部", org.Finance, true},
	{"苏敏", "信息与审计部", org.Admin, true},
	{"范立新", "信息与审计部", org.Auditor, false},
}

// company is the invented company as it stands in the database.
type company struct {
	departments map[string]id.ID
	users       []User
	reps        map[string][]*access.Actor // by department
	leads       map[string]*access.Actor   // of the sales departments
}

// above gives who supervises a department.
func (c *company) above(department string) *access.Actor {
	for c.leads[department] == nil {
		department = departments[slices.IndexFunc(departments, func(d unit) bool { return d.name == department })].above
	}
	return c.leads[department]
}

// unit is a department below another.
type unit struct{ name, above string }

// User is somebody of the invented company.
type User struct {
	ID    id.ID
	Login string
	Name  string
	Role  string // key of the built-in role
}

// hire makes the departments and users that are not there yet, as of the time the year began.
func hire(ctx context.Context, store *record.Store, began time.Time) (c *company, err error) {
	err = store.Write(ctx, access.System("demo"), audit.Demo, func(s *record.Session) error {
		s.Tx.Now = began
		c = &company{departments: map[string]id.ID{}, reps: map[string][]*access.Actor{}, leads: map[string]*access.Actor{}}
		if err := org.Seed(ctx, s); err != nil {
			return err
		}
		if s.Setting(org.CompanyName, "") == "" {
			if err := s.SetSetting(ctx, org.CompanyName, companyName); err != nil {
				return err
			}
		}
		if err := c.found(ctx, s); err != nil {
			return err
		}
		leads := map[string]entity.List{}
		for i := range staff {
			user, err := c.employ(ctx, s, i)
			if err != nil {
				return err
			}
			if staff[i].leads {
				leads[staff[i].department] = append(leads[staff[i].department], user.String())
			}
		}
		for _, d := range departments { // not over the map: the order is part of the data
			if leads[d.name] == nil {
				continue
			}
			if err := s.UpdateOne(ctx, "department", c.departments[d.name], 0, record.Values{"supervisor_ids": leads[d.name].Stored()}); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// found makes the departments. Where there is one department at the top, it is the company.
func (c *company) found(ctx context.Context, s *record.Session) error {
	var top id.ID
	var tops int
	err := s.Tx.QueryRow(ctx, `SELECT COUNT(*), MIN(id) FROM department WHERE parent_id IS NULL AND archived_at IS NULL`).Scan(&tops, &top)
	if err != nil {
		return err
	}
	if tops == 1 {
		c.departments[""] = top
	}
	for i, d := range departments {
		above := c.departments[d.above]
		var x id.ID
		err := s.Tx.QueryRow(ctx, `SELECT id FROM department WHERE name = ? AND COALESCE(parent_id, 0) = ? AND archived_at IS NULL`, d.name, int64(above)).Scan(&x)
		if sqldb.IsNoRows(err) {
			values := record.Values{"name": d.name, "position": int64(i)}
			if above != 0 {
				values["parent_id"] = int64(above)
			}
			x, err = s.CreateOne(ctx, "department", values)
		}
		if err != nil {
			return err
		}
		c.departments[d.name] = x
	}
	return nil
}

// employ makes a user, unless the login is there already.
func (c *company) employ(ctx context.Context, s *record.Session, i int) (id.ID, error) {
	p := staff[i]
	login := strings.Join(pinyin.Person.Full(p.name), "")
	var x id.ID
	err := s.Tx.QueryRow(ctx, `SELECT id FROM account WHERE login = ?`, login).Scan(&x)
	if sqldb.IsNoRows(err) {
		var role id.ID
		if role, err = org.RoleOf(ctx, s.Tx, p.role); err != nil {
			return 0, err
		}
		x, err = s.CreateOne(ctx, "user", record.Values{
			"name": p.name, "login": login, "department_id": int64(c.departments[p.department]),
			"role_ids": entity.List{role.String()}.Stored(), "active": int64(1),
			"mobile": mobile(staffNumbers + i), "email": login + "@genjin.example",
		})
		c.users = append(c.users, User{ID: x, Login: login, Name: p.name, Role: p.role})
	}
	if err != nil {
		return 0, err
	}
	actor := &access.Actor{ID: x, Login: login, Name: p.name, Department: c.departments[p.department], Lang: i18n.ZH, System: true, SeesPrivate: true}
	switch p.role {
	case org.SalesRep:
		c.reps[p.department] = append(c.reps[p.department], actor)
	case org.Supervisor:
		c.leads[p.department] = actor
	}
	return x, nil
}

package org

import (
	"context"
	"regexp"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/cn/codes"
	"genjin/internal/cn/pinyin"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// User is somebody who works with the product. A password belongs to package auth.
type User struct {
	record.Base
	Login        string      `field:"login"` // lower case
	Name         string      `field:"name"`
	NameKey      string      `field:"name_key"` // sorts names by pinyin
	Mobile       string      `field:"mobile"`
	Email        string      `field:"email"`
	DepartmentID id.ID       `field:"department_id"`
	RoleIDs      entity.List `field:"role_ids"`
	Regions      entity.List `field:"regions"`    // provinces they are good at, by code; used to assign leads
	Industries   entity.List `field:"industries"` // sections of industry they are good at, by code; likewise
	Active       bool        `field:"active"`     // 在职; others cannot sign in
	Language     string      `field:"language"`   // of the pages; "" follows the browser
}

func registerUser(reg *record.Registry, actors *Actors) {
	record.Register(reg, record.Kind[User]{
		Def: &entity.Def{
			Name: "user", Table: "account", Path: "users", Common: true, Guarded: true, SearchTag: "4", Aside: true,
			Label: i18n.T("用户", "User"), Plural: i18n.T("用户", "Users"), Title: "name",
			Fields:  userFields(),
			Columns: []string{"name", "login", "department_id", "role_ids", "mobile", "active"},
			Card:    []string{"login", "department_id"},
			Sort:    "name",
		},
		Fill:  []record.Rule[User]{userTidy},
		Check: []record.Rule[User]{userLoginForm, userRolesExist, userRolesGiven, userOfHigherRank, userLastAdmin},
		After: []record.Rule[User]{userSignedOut, changed[User](actors)},
	})
}

func userFields() []*entity.Field {
	return []*entity.Field{
		{
			Name: "name", Label: i18n.T("姓名", "Name"), Type: entity.Text, Max: 40, Required: true, Search: entity.SearchPerson, SortBy: "name_key", Width: 120,
			Aliases: []string{"姓名", "员工姓名", "员工"},
		},
		{
			Name: "login", Label: i18n.T("登录名", "Login"), Type: entity.Text, Max: 64, Required: true, Unique: true, Search: entity.SearchCode, Width: 120,
			Aliases: []string{"账号", "用户名", "username", "account"},
		},
		{Name: "department_id", Label: i18n.T("部门", "Department"), Type: entity.Ref, Ref: "department", Required: true, Bulk: true, Width: 140},
		{Name: "role_ids", Label: i18n.T("角色", "Roles"), Type: entity.Refs, Ref: "role", Required: true, Bulk: true, Width: 140},
		{Name: "mobile", Label: i18n.T("手机", "Mobile"), Type: entity.Phone, Private: true, Width: 130},
		{Name: "email", Label: i18n.T("邮箱", "E-mail"), Type: entity.Email, Private: true, Width: 180},
		{Name: "active", Label: i18n.T("在职", "Active"), Type: entity.Bool, Bulk: true, Width: 80},
		{Name: "regions", Label: i18n.T("擅长地区", "Good at regions"), Type: entity.AnyOf, Choices: top(codes.Regions().Set), Bulk: true, Width: 160},
		{Name: "industries", Label: i18n.T("擅长行业", "Good at industries"), Type: entity.AnyOf, Choices: top(codes.Industries().Set), Bulk: true, Width: 160},
		{Name: "language", Label: i18n.T("语言", "Language"), Type: entity.OneOf, Width: 100, Choices: []entity.Choice{
			{Value: string(i18n.ZH), Label: i18n.T("简体中文", "简体中文")},
			{Value: string(i18n.EN), Label: i18n.T("English", "English")},
		}},
		{Name: "name_key", Label: i18n.T("姓名拼音", "Name in pinyin"), Type: entity.Text, Internal: true},
	}
}

// top offers the entries at the top of a table of codes: provinces, sections of industry.
func top(set *codes.Set) []entity.Choice {
	var choices []entity.Choice
	for _, c := range set.Children("") {
		choices = append(choices, entity.Choice{Value: c.Code, Label: i18n.T(c.Name, "")})
	}
	return choices
}

// hiddenFromColleagues are the fields that only those who may see users see.
var hiddenFromColleagues = []string{"role_ids", "mobile", "email", "regions", "industries", "language", "created_by", "updated_by"}

// userTidy gives the login its form and the name its place in the order. A new user is active; one who is put away is
// not.
func userTidy(_ context.Context, _ *record.Session, old, next *User) error {
	next.Login = NormalLogin(next.Login)
	next.NameKey = pinyin.Person.SortKey(next.Name)
	next.Active = (next.Active || old == nil) && next.ArchivedAt.IsZero()
	return nil
}

// NormalLogin gives the form in which a login is stored and compared: full-width letters as plain ones, in lower case.
func NormalLogin(s string) string { return strings.ToLower(text.Clean(s)) }

var loginForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,63}$`)

func userLoginForm(_ context.Context, _ *record.Session, old, next *User) error {
	if (old == nil || old.Login != next.Login) && !loginForm.MatchString(next.Login) {
		return refuse("login", "user.login_form")
	}
	return nil
}

func userRolesExist(ctx context.Context, s *record.Session, _, next *User) error {
	return exist(ctx, s.Tx, "role", "role_ids", "user.no_such_role", next.RoleIDs)
}

// userRolesGiven lets roles be given only by those who may assign them: else who may edit users could make themselves
// anything.
func userRolesGiven(_ context.Context, s *record.Session, old, next *User) error {
	if old != nil && old.RoleIDs.Stored() == next.RoleIDs.Stored() || s.Actor.May("role", access.Assign) {
		return nil
	}
	return refuse("role_ids", "user.roles_denied")
}

// userOfHigherRank keeps administrators from being made or changed by others than administrators.
func userOfHigherRank(ctx context.Context, s *record.Session, old, next *User) error {
	for _, u := range []*User{old, next} {
		if u == nil {
			continue
		}
		if err := rankAllows(ctx, s, u); err != nil {
			return err
		}
	}
	return nil
}

func rankAllows(ctx context.Context, s *record.Session, u *User) error {
	if s.Actor.May("role", access.Edit) || s.Actor.ID != 0 && s.Actor.ID == u.ID {
		return nil
	}
	is, err := isAdmin(ctx, s.Tx, u.RoleIDs)
	if err == nil && is {
		return errs.New(errs.Denied, "user.admin_only")
	}
	return err
}

// MayManage refuses with errs.Denied unless the actor may change how a user signs in.
func MayManage(ctx context.Context, s *record.Session, u *User) error {
	if !s.Actor.May("user", access.Edit) {
		return errs.New(errs.Denied, "")
	}
	return rankAllows(ctx, s, u)
}

func isAdmin(ctx context.Context, tx *sqldb.Tx, roles entity.List) (bool, error) {
	admin, err := RoleOf(ctx, tx, Admin)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return roles.Has(admin.String()), err
}

// userLastAdmin keeps the last active administrator from being disabled or given other roles.
func userLastAdmin(ctx context.Context, s *record.Session, old, next *User) error {
	if old == nil || !old.Active {
		return nil
	}
	was, err := isAdmin(ctx, s.Tx, old.RoleIDs)
	if err != nil || !was {
		return err
	}
	if still, err := isAdmin(ctx, s.Tx, next.RoleIDs); err != nil || still && next.Active {
		return err
	}
	if err := s.Tx.Lock(ctx, "admin"); err != nil { // two administrators could disable each other
		return err
	}
	admin, err := RoleOf(ctx, s.Tx, Admin)
	if err != nil {
		return err
	}
	others, err := activeWith(ctx, s.Tx, admin, old.ID)
	if err == nil && others == 0 {
		return errs.New(errs.Conflict, "user.last_admin")
	}
	return err
}

// userSignedOut ends the sessions and tokens of a user who was disabled, and what is on its way to become a session, so
// that being enabled again does not revive them.
func userSignedOut(ctx context.Context, s *record.Session, old, next *User) error {
	if old == nil || !old.Active || next.Active {
		return nil
	}
	for _, table := range []string{"session", "api_token", "signin_step", "signin_link"} {
		if _, err := s.Tx.Exec(ctx, `DELETE FROM `+table+` WHERE user_id = ?`, next.ID); err != nil {
			return err
		}
	}
	return audit.WriteSignIn(ctx, s.Tx, audit.SignIn{
		User: next.ID, Login: next.Login, Result: audit.Ended, Reason: "disabled", By: s.Actor.ID,
	})
}

// OverSelf gives a copy of the actor who may change their own user, whatever their roles say: what of it is up to the
// caller.
func OverSelf(actor *access.Actor) *access.Actor {
	self := *actor
	self.Reaches = map[string]map[access.Action]access.Reach{
		"user": {access.Edit: {Scope: access.All, Everything: true}},
	}
	return &self
}

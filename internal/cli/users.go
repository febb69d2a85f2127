package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

var loginArg = i18n.T("登录名", "LOGIN")

func userCreateCommand() command {
	return command{
		name: "user create", needs: data,
		help: i18n.T("创建用户；密码从标准输入读取", "create a user; the password comes on the standard input"),
		with: func(f flags) run {
			var u newUser
			f.text(&u.login, "login", "", "登录名", "login")
			f.text(&u.name, "name", "", "姓名", "name")
			f.text(&u.role, "role", org.SalesRep, "角色，如 admin、sales_rep，或其名称", "role, such as admin or sales_rep, or its name")
			f.text(&u.department, "department", "", "部门名称；默认为最上级部门", "name of the department; the topmost by default")
			return f.password(u.create)
		},
	}
}

func userPasswordCommand() command {
	return command{
		name: "user password", args: loginArg, needs: data,
		help: i18n.T("修改用户密码；从标准输入读取", "change a user's password; it comes on the standard input"),
		with: func(f flags) run { return f.password(setPassword) },
	}
}

func userListCommand() command {
	return command{name: "user list", needs: data, help: i18n.T("列出用户", "list the users"), run: listUsers}
}

func userDisableCommand() command {
	return command{
		name: "user disable", args: loginArg, needs: data, run: setActive(false, "cli.user_disabled"),
		help: i18n.T("停用用户：不能再登录，记录保留", "disable a user: no more signing in, records stay"),
	}
}

func userEnableCommand() command {
	return command{
		name: "user enable", args: loginArg, needs: data, run: setActive(true, "cli.user_enabled"),
		help: i18n.T("重新启用用户", "enable a user again"),
	}
}

func tokenCreateCommand() command {
	return command{
		name: "token create", needs: data,
		help: i18n.T("为用户创建 API 令牌", "create an API token of a user"),
		with: func(f flags) run {
			var name, permissions string
			var days, rows int
			f.text(&name, "name", "cli", "令牌名称", "name of the token")
			f.number(&days, "days", 90, "有效天数", "days it is valid")
			f.text(&permissions, "permissions", "", "允许的操作，逗号分隔，如 customer:view,customer:export；留空为该用户的全部权限，但导出等敏感操作须列明",
				"what it may be used for, separated by commas, such as customer:view,customer:export; empty for whatever the user may, but for exports and the like, which must be named")
			f.number(&rows, "rows-per-day", 0, "每天最多读取的记录数；0 为不限", "records it may take out a day; 0 for no bound")
			return f.as(func(ctx context.Context, env *Env, actor *access.Actor) error {
				if days < 1 {
					return wrongFlag("days", days)
				}
				secret, token, err := env.App.Auth.CreateToken(ctx, actor, auth.NewToken{
					Name: name, Life: time.Duration(days) * 24 * time.Hour, Limits: limitsOf(permissions), RowsADay: rows,
				}, auth.From{})
				if err != nil {
					return err
				}
				fmt.Fprintln(env.Stderr, env.message("cli.token", "until", token.Expires.In(env.Config.Zone).Format(time.DateOnly)))
				fmt.Fprintln(env.Stdout, secret)
				return nil
			})
		},
	}
}

// limitsOf reads "module:action" separated by commas; nil for none.
func limitsOf(text string) auth.Limits {
	var limits auth.Limits
	for part := range strings.SplitSeq(text, ",") {
		module, action, _ := strings.Cut(strings.TrimSpace(part), ":")
		if module == "" {
			continue
		}
		if limits == nil {
			limits = auth.Limits{}
		}
		limits[module] = append(limits[module], access.Action(action))
	}
	return limits
}

// actorOf gives the user a command acts for, with what they may do.
func actorOf(ctx context.Context, env *Env, login string) (*access.Actor, error) {
	if login == "" {
		return nil, missingFlag("as", loginArg)
	}
	u, err := userOf(ctx, env, login)
	if err != nil {
		return nil, err
	}
	shared, err := env.App.Actors.Get(ctx, env.App.DB, u)
	if errs.Is(err, errs.Unauthenticated) {
		return nil, errs.New(errs.Invalid, "cli.user_inactive", "login", login)
	}
	if err != nil {
		return nil, err
	}
	actor := *shared
	actor.Lang = env.Lang
	return &actor, nil
}

// userOf gives the id of a user.
func userOf(ctx context.Context, env *Env, login string) (x id.ID, err error) {
	err = env.App.DB.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `SELECT id FROM account WHERE login = ?`, org.NormalLogin(login)).Scan(&x)
	})
	if sqldb.IsNoRows(err) {
		return 0, errs.New(errs.NotFound, "cli.no_user", "login", login)
	}
	return x, err
}

// operator is who acts when nobody is named: whoever may use the machine.
func operator(env *Env) *access.Actor {
	a := access.System("cli")
	a.Lang = env.Lang
	return a
}

// newUser is what is said of a user to be made.
type newUser struct{ login, name, role, department string }

func (u *newUser) create(ctx context.Context, env *Env, password string) error {
	if u.login == "" {
		return missingFlag("login", loginArg)
	}
	if err := env.App.Auth.CheckPassword("password", password, u.login, u.name); err != nil {
		return err
	}
	hash, err := env.App.Auth.Hash(ctx, password)
	if err != nil {
		return err
	}
	err = env.App.Store.Write(ctx, operator(env), audit.CLI, func(s *record.Session) error {
		role, err := roleNamed(ctx, s.Tx, u.role)
		if err != nil {
			return err
		}
		department, err := departmentNamed(ctx, s, u.department)
		if err != nil {
			return err
		}
		made := &org.User{Login: u.login, Name: cmp.Or(u.name, u.login), DepartmentID: department, RoleIDs: entity.List{role.String()}}
		if err := record.Create(ctx, s, made); err != nil {
			return err
		}
		return env.App.Auth.StorePassword(ctx, s, made.ID, hash, 0)
	})
	if err == nil {
		env.Say("cli.user_created", "login", org.NormalLogin(u.login))
	}
	return err
}

// roleNamed finds a role by the key of a built-in one or by its name.
func roleNamed(ctx context.Context, tx *sqldb.Tx, role string) (id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id, built_in, name FROM role WHERE archived_at IS NULL ORDER BY id`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var x id.ID
		var key, name string
		if err := rows.Scan(&x, &key, &name); err != nil {
			return 0, err
		}
		if role != "" && (role == key || role == name) {
			return x, nil
		}
		names = append(names, cmp.Or(key, name))
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	return 0, errs.New(errs.Invalid, "cli.no_role", "role", role, "roles", strings.Join(names, ", "))
}

// departmentNamed finds a department, the topmost one when no name is given. The first user of all gets one made.
func departmentNamed(ctx context.Context, s *record.Session, name string) (x id.ID, err error) {
	if name != "" {
		err = s.Tx.QueryRow(ctx, `SELECT id FROM department WHERE name = ? AND archived_at IS NULL ORDER BY id`, name).Scan(&x)
		if sqldb.IsNoRows(err) {
			return 0, errs.New(errs.Invalid, "cli.no_department", "department", name)
		}
		return x, err
	}
	err = s.Tx.QueryRow(ctx, `SELECT id FROM department WHERE parent_id IS NULL AND archived_at IS NULL ORDER BY id LIMIT 1`).Scan(&x)
	if !sqldb.IsNoRows(err) {
		return x, err
	}
	top := &org.Department{Name: i18n.Message(s.Actor.Lang, "cli.company", nil)}
	err = record.Create(ctx, s, top)
	return top.ID, err
}

// named gives the user that the argument names.
func named(ctx context.Context, env *Env) (login string, x id.ID, err error) {
	if login, err = env.arg(loginArg); err == nil {
		x, err = userOf(ctx, env, login)
	}
	return login, x, err
}

func setPassword(ctx context.Context, env *Env, password string) error {
	login, u, err := named(ctx, env)
	if err != nil {
		return err
	}
	if err := env.App.Auth.SetPassword(ctx, auth.Who{Actor: operator(env)}, u, password, auth.From{}); err != nil {
		return err
	}
	env.Say("cli.password_set", "login", login)
	return nil
}

func setActive(active bool, done string) run {
	return func(ctx context.Context, env *Env) error {
		login, u, err := named(ctx, env)
		if err != nil {
			return err
		}
		err = env.App.Store.Write(ctx, operator(env), audit.CLI, func(s *record.Session) error {
			_, err := record.Update(ctx, s, u, 0, func(u *org.User) error { u.Active = active; return nil })
			return err
		})
		if err == nil {
			env.Say(done, "login", login)
		}
		return err
	}
}

func listUsers(ctx context.Context, env *Env) error {
	states := map[bool]string{true: env.message("cli.active"), false: env.message("cli.inactive")}
	var table [][]string
	err := env.App.DB.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT a.login, a.name, COALESCE(d.name, ''), a.active FROM account a
			LEFT JOIN department d ON d.id = a.department_id ORDER BY a.login`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var login, name, department string
			var active bool
			if err := rows.Scan(&login, &name, &department, &active); err != nil {
				return err
			}
			table = append(table, []string{login, name, department, states[active]})
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	return writeTable(env.Stdout, table)
}

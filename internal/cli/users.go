package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
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

func userCreateCommand() command {
	return command{
		name: "user create", needs: data,
		help: i18n.T("创建用户；密码从标准输入读取", "create a user; the password comes on the standard input"),
		prepare: func(fs *flag.FlagSet, lang i18n.Lang) func(context.Context, *Env) error {
			var u newUser
			fs.StringVar(&u.login, "login", "", i18n.T("登录名", "login").In(lang))
			fs.StringVar(&u.name, "name", "", i18n.T("姓名", "name").In(lang))
			fs.StringVar(&u.role, "role", org.SalesRep, i18n.T("角色，如 admin、sales_rep，或其名称", "role, such as admin or sales_rep, or its name").In(lang))
			fs.StringVar(&u.department, "department", "", i18n.T("部门名称；默认为最上级部门", "name of the department; the topmost by default").In(lang))
			stdin := passwordFlag(fs, lang)
			return func(ctx context.Context, env *Env) error {
				password, err := readPassword(env, *stdin)
				if err != nil {
					return err
				}
				return u.create(ctx, env, password)
			}
		},
	}
}

func userPasswordCommand() command {
	return command{
		name: "user password", args: "LOGIN", needs: data,
		help: i18n.T("修改用户密码；从标准输入读取", "change a user's password; it comes on the standard input"),
		prepare: func(fs *flag.FlagSet, lang i18n.Lang) func(context.Context, *Env) error {
			stdin := passwordFlag(fs, lang)
			return func(ctx context.Context, env *Env) error {
				password, err := readPassword(env, *stdin)
				if err != nil {
					return err
				}
				return setPassword(ctx, env, password)
			}
		},
	}
}

func userListCommand() command {
	return command{
		name: "user list", needs: data,
		help: i18n.T("列出用户", "list the users"),
		prepare: func(*flag.FlagSet, i18n.Lang) func(context.Context, *Env) error {
			return listUsers
		},
	}
}

func userDisableCommand() command {
	return command{
		name: "user disable", args: "LOGIN", needs: data,
		help: i18n.T("停用用户：不能再登录，记录保留", "disable a user: no more signing in, records stay"),
		prepare: func(*flag.FlagSet, i18n.Lang) func(context.Context, *Env) error {
			return func(ctx context.Context, env *Env) error { return setActive(ctx, env, false, "cli.user_disabled") }
		},
	}
}

func userEnableCommand() command {
	return command{
		name: "user enable", args: "LOGIN", needs: data,
		help: i18n.T("重新启用用户", "enable a user again"),
		prepare: func(*flag.FlagSet, i18n.Lang) func(context.Context, *Env) error {
			return func(ctx context.Context, env *Env) error { return setActive(ctx, env, true, "cli.user_enabled") }
		},
	}
}

func tokenCreateCommand() command {
	return command{
		name: "token create", needs: data,
		help: i18n.T("为用户创建 API 令牌", "create an API token of a user"),
		prepare: func(fs *flag.FlagSet, lang i18n.Lang) func(context.Context, *Env) error {
			as := asFlag(fs, lang)
			name := fs.String("name", "cli", i18n.T("令牌名称", "name of the token").In(lang))
			days := fs.Int("days", 90, i18n.T("有效天数", "days it is valid").In(lang))
			return func(ctx context.Context, env *Env) error {
				actor, err := actorOf(ctx, env, *as)
				if err != nil {
					return err
				}
				secret, token, err := env.App.Auth.CreateToken(ctx, actor, *name, time.Duration(*days)*24*time.Hour, nil)
				if err != nil {
					return err
				}
				fmt.Fprintln(env.Stderr, env.message("cli.token", "until", token.Expires.In(env.Config.Zone).Format(time.DateOnly)))
				fmt.Fprintln(env.Stdout, secret)
				return nil
			}
		},
	}
}

func asFlag(fs *flag.FlagSet, lang i18n.Lang) *string {
	return fs.String("as", "", i18n.T("以哪个用户的身份（登录名）", "the user on whose behalf it is done (login)").In(lang))
}

// actorOf gives the user a command acts for, with what they may do.
func actorOf(ctx context.Context, env *Env, login string) (*access.Actor, error) {
	if login == "" {
		return nil, errs.New(errs.Invalid, "cli.missing", "what", "--as LOGIN")
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

func passwordFlag(fs *flag.FlagSet, lang i18n.Lang) *bool {
	return fs.Bool("password-stdin", false, i18n.T("从标准输入读取密码", "read the password from the standard input").In(lang))
}

const maxPasswordLine = 4 << 10

// readPassword reads one line.
func readPassword(env *Env, stdin bool) (string, error) {
	if !stdin {
		return "", errs.New(errs.Invalid, "cli.password_stdin")
	}
	line, err := bufio.NewReader(io.LimitReader(env.Stdin, maxPasswordLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// newUser is what is said of a user to be made.
type newUser struct{ login, name, role, department string }

func (u newUser) create(ctx context.Context, env *Env, password string) error {
	if err := auth.CheckPassword("password", password, u.login, u.name); err != nil {
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

func setPassword(ctx context.Context, env *Env, password string) error {
	login, err := env.arg("LOGIN")
	if err != nil {
		return err
	}
	u, err := userOf(ctx, env, login)
	if err != nil {
		return err
	}
	if err := env.App.Auth.SetPassword(ctx, auth.Who{Actor: operator(env)}, u, password); err != nil {
		return err
	}
	env.Say("cli.password_set", "login", login)
	return nil
}

func setActive(ctx context.Context, env *Env, active bool, done string) error {
	login, err := env.arg("LOGIN")
	if err != nil {
		return err
	}
	u, err := userOf(ctx, env, login)
	if err != nil {
		return err
	}
	err = env.App.Store.Write(ctx, operator(env), audit.CLI, func(s *record.Session) error {
		_, err := record.Update(ctx, s, u, 0, func(u *org.User) error {
			u.Active = active
			return nil
		})
		return err
	})
	if err == nil {
		env.Say(done, "login", login)
	}
	return err
}

func listUsers(ctx context.Context, env *Env) error {
	table := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
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
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", login, name, department, env.message(state(active)))
		}
		return rows.Err()
	})
	return errors.Join(err, table.Flush())
}

func state(active bool) string {
	if active {
		return "cli.active"
	}
	return "cli.inactive"
}

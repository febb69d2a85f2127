package cli

import (
	"context"
	"crypto/rand"
	"fmt"

	"genjin/internal/audit"
	"genjin/internal/demo"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

func demoCommand() command {
	return command{
		name: "demo", needs: data,
		help: i18n.T("载入虚构的示例数据，并显示可以登录的账号", "load invented sample data, and say who can sign in"),
		with: func(f flags) run {
			var o demo.Options
			f.number(&o.Customers, "customers", 200, "客户数", "number of customers")
			f.Uint64Var(&o.Seed, "seed", 0, i18n.T("随机种子：相同则数据相同", "the same seed gives the same data").In(f.lang))
			f.number(&o.Followups, "followups", 0, "每个客户的跟进数；0 为 2–8 条", "follow-ups of each customer; 0 for 2–8")
			f.number(&o.Contacts, "contacts", 0, "每个客户的联系人数；0 为 1–4 个", "contacts of each customer; 0 for 1–4")
			f.yes(&o.Force, "force", "已有客户时仍然载入", "load although there are customers already")
			return func(ctx context.Context, env *Env) error {
				for name, wrong := range map[string]int{"customers": o.Customers - 1, "followups": o.Followups, "contacts": o.Contacts} {
					if wrong < 0 {
						return wrongFlag(name, f.Lookup(name).Value)
					}
				}
				return loadDemo(ctx, env, o)
			}
		},
	}
}

// loadDemo loads the data and gives all invented users one new password, which it says.
func loadDemo(ctx context.Context, env *Env, o demo.Options) error {
	password := rand.Text()[:16]
	hash, err := env.App.Auth.Hash(ctx, password)
	if err != nil {
		return err
	}
	o.Password = func(ctx context.Context, user id.ID) error {
		return env.App.Store.Write(ctx, operator(env), audit.Demo, func(s *record.Session) error {
			return env.App.Auth.StorePassword(ctx, s, user, hash, 0)
		})
	}
	o.Progress = func(done, total int) { fmt.Fprintf(env.Stderr, "\r%d / %d", done, total) }
	r, err := demo.Load(ctx, env.App.Store, o)
	if err != nil {
		return err
	}
	fmt.Fprint(env.Stderr, "\r")
	env.Say("cli.demo", "customers", r.Customers, "contacts", r.Contacts, "followups", r.Followups)
	if len(r.Users) == 0 {
		return nil
	}
	env.Say("cli.demo_users", "password", password)
	roles := map[string]i18n.Text{}
	for _, r := range org.BuiltIns {
		roles[r.Key] = r.Name
	}
	for _, u := range r.Users {
		fmt.Fprintf(env.Stdout, "  %-16s %s (%s)\n", u.Login, u.Name, roles[u.Role].In(env.Lang))
	}
	return nil
}

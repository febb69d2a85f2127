package cli

import (
	"context"
	"fmt"

	"genjin/internal/auth"
	"genjin/internal/i18n"
	"genjin/internal/id"
)

func userLinkCommand() command {
	return command{
		name: "user link", args: loginArg, needs: data, run: onUser(makeLink),
		help: i18n.T("为用户生成设置密码的一次性链接", "make a link by which a user sets their password, once"),
	}
}

func makeLink(ctx context.Context, env *Env, user id.ID, login string) error {
	link, err := env.App.Auth.Invite(ctx, auth.Who{Actor: operator(env)}, user, true, auth.From{})
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stderr, env.message("cli.link", "login", login, "until", link.Expires.In(env.Config.Zone).Format("2006-01-02 15:04")))
	fmt.Fprintln(env.Stdout, link.Address)
	return nil
}

func userResetFactorsCommand() command {
	return command{
		name: "user reset-factors", args: loginArg, needs: data, run: onUser(resetFactors),
		help: i18n.T("移除用户的全部两步验证方式（遗失时使用）", "take all second factors from a user who lost them"),
	}
}

func resetFactors(ctx context.Context, env *Env, user id.ID, login string) error {
	err := env.App.Auth.ResetFactors(ctx, auth.Who{Actor: operator(env)}, user, auth.From{})
	if err == nil {
		env.Say("cli.factors_reset", "login", login)
	}
	return err
}

// onUser runs do for the user whose login is the argument.
func onUser(do func(ctx context.Context, env *Env, user id.ID, login string) error) run {
	return func(ctx context.Context, env *Env) error {
		login, err := env.arg(loginArg)
		if err != nil {
			return err
		}
		user, err := userOf(ctx, env, login)
		if err != nil {
			return err
		}
		return do(ctx, env, user, login)
	}
}

func keyRotateCommand() command {
	return command{
		name: "key rotate", needs: data, run: rotateKey,
		help: i18n.T("更换数据加密密钥，并用新密钥重新加密", "make a new key for secrets at rest and seal them with it"),
	}
}

func rotateKey(ctx context.Context, env *Env) error {
	n, err := env.App.Auth.RotateKey(ctx)
	if err == nil {
		env.Say("cli.key_rotated", "count", n)
	}
	return err
}

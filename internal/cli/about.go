package cli

import (
	"context"
	"fmt"
	"runtime"

	"genjin/internal/app"
	"genjin/internal/i18n"
)

func versionCommand() command {
	return command{
		name: "version",
		help: i18n.T("显示版本", "say the version"),
		run: func(_ context.Context, env *Env) error {
			_, err := fmt.Fprintf(env.Stdout, "genjin %s %s %s/%s\n", env.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

func openAPICommand() command {
	return command{
		name: "openapi",
		help: i18n.T("输出 API 的 OpenAPI 文档", "write the OpenAPI document of the API"),
		run: func(_ context.Context, env *Env) error {
			_, err := env.Stdout.Write(app.OpenAPI())
			return err
		},
	}
}

package i18n

// cliMessages are what the command line says.
var cliMessages = map[string]Text{
	"cli.usage":     T("用法：genjin 命令 [参数]", "Usage: genjin COMMAND [ARGUMENTS]"),
	"cli.more_help": T("“genjin 命令 --help”显示该命令的全部参数。", "“genjin COMMAND --help” tells all its arguments."),
	"cli.unknown":   T("没有“{command}”这个命令；“genjin help”列出全部命令", "There is no command “{command}”; “genjin help” lists all"),
	"cli.flag":      T("参数有误（{reason}）；用法见“genjin {command} --help”", "{reason}; see “genjin {command} --help”"),
	"cli.missing":   T("缺少参数 {what}", "{what} is missing"),
	"cli.read":      T("无法读取 {file}：{reason}", "{file} cannot be read: {reason}"),
	"cli.write":     T("无法写入 {file}：{reason}", "{file} cannot be written: {reason}"),
	"cli.cancelled": T("已取消", "Cancelled"),

	"cli.serving":  T("跟进已启动，请用浏览器打开 {url}", "Genjin is running: open {url} in a browser"),
	"cli.migrated": T("数据库已是最新（第 {steps} 步）", "The database is up to date (step {steps})"),
	"cli.saved":    T("已备份到 {file}：{rows} 行数据，{files} 个附件，摘要 {digest}", "Saved to {file}: {rows} rows, {files} attachments, digest {digest}"),
	"cli.restored": T("已恢复 {made} 的备份：{rows} 行数据，{files} 个附件，摘要 {digest}", "Restored the backup of {made}: {rows} rows, {files} attachments, digest {digest}"),
	"cli.kept":     T("原有数据保留在 {kept}，确认无误后可删除", "What was there before is kept in {kept}; remove it when all is well"),

	"cli.user_created":   T("已创建用户 {login}", "User {login} has been created"),
	"cli.no_user":        T("没有登录名为“{login}”的用户", "There is no user “{login}”"),
	"cli.no_role":        T("没有名为“{role}”的角色；可用：{roles}", "There is no role “{role}”; there are {roles}"),
	"cli.no_department":  T("没有名为“{department}”的部门", "There is no department “{department}”"),
	"cli.password_set":   T("已修改 {login} 的密码，其所有登录已失效", "The password of {login} is changed; they are signed out everywhere"),
	"cli.user_disabled":  T("已停用 {login}", "{login} is disabled"),
	"cli.user_enabled":   T("已启用 {login}", "{login} is enabled"),
	"cli.password_stdin": T("请用 --password-stdin 并从标准输入提供密码（命令行参数会被其他人看到）", "Give the password on the standard input with --password-stdin: arguments can be seen by others"),
	"cli.user_inactive":  T("{login} 已停用", "{login} is disabled"),
	"cli.active":         T("在职", "active"),
	"cli.inactive":       T("已停用", "disabled"),
	"cli.company":        T("公司", "Company"),
	"cli.no_sheet":       T("没有名为“{sheet}”的工作表；文件中有：{sheets}", "There is no sheet “{sheet}”; there are {sheets}"),
	"cli.problem":        T("{sheet} 第 {row} 行 {column}“{value}”：{reason}", "{sheet} row {row} {column} “{value}”: {reason}"),
	"cli.imported":       T("已导入 {rows} 行：新建 {created}，更新 {updated}，跳过 {skipped}，拒绝 {refused}", "Imported {rows} rows: {created} created, {updated} updated, {skipped} skipped, {refused} refused"),
	"cli.checked":        T("已检查 {rows} 行：将新建 {created}，更新 {updated}，跳过 {skipped}，拒绝 {refused}；没有写入", "Checked {rows} rows: {created} would be created, {updated} updated, {skipped} skipped, {refused} refused; nothing was written"),
	"cli.demo":           T("已载入示例数据：{customers} 个客户，{contacts} 个联系人，{followups} 条跟进", "Loaded sample data: {customers} customers, {contacts} contacts, {followups} follow-ups"),
	"cli.demo_users":     T("以下账号可用密码 {password} 登录：", "These can sign in with the password {password}:"),
	"cli.token":          T("令牌（只显示这一次，有效期至 {until}）：", "The token, shown only now, valid until {until}:"),
}

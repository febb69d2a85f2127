package i18n

var peopleMessages = map[string]Text{
	"handover.self":     T("不能交接自己的账号，请由其他管理员操作", "You cannot hand over your own account; another administrator can"),
	"handover.running":  T("该用户有交接正在进行，请稍后再试", "A hand-over of this user is under way; try again later"),
	"handover.too_late": T("该交接已不能撤销", "This hand-over can no longer be undone"),
	"department.in_use": T("部门中还有在职人员或下级部门，不能归档", "The department still has active people or departments below it"),
	"role.permissions":  T("权限设置有误", "These permissions are not valid"),
	"role.field_rules":  T("字段权限设置有误", "These field rules are not valid"),
	"role.admin_fixed":  T("管理员角色拥有全部权限，不能修改或归档", "The administrator's role grants everything; it cannot be changed or archived"),
	"role.in_use":       T("还有 {count} 位在职人员使用此角色，不能归档", "{count} active people have this role; it cannot be archived"),
	"user.login_form":   T("登录名须为 2–64 个字母、数字或汉字，可含 . _ - @ +，以字母、数字或汉字开头", "A login has 2–64 letters or digits and . _ - @ +, and begins with a letter or digit"),
	"user.no_such_role": T("角色不存在", "There is no such role"),
	"user.roles_denied": T("您无权分配角色", "You may not assign roles"),
	"user.admin_only":   T("只有管理员可以设置或修改管理员", "Only an administrator may make or change administrators"),
	"user.last_admin":   T("至少要保留一位在职的管理员", "At least one active administrator must remain"),

	"signin.wrong":    T("登录名或密码不正确", "Wrong login or password"),
	"signin.locked":   T("尝试次数过多，请 {seconds} 秒后再试", "Too many attempts; try again in {seconds} seconds"),
	"signin.busy":     T("登录人数过多，请稍后再试", "Too many people are signing in; try again shortly"),
	"password.short":  T("至少 {min} 个字符", "At least {min} characters"),
	"password.long":   T("最多 {max} 个字符", "At most {max} characters"),
	"password.login":  T("密码不能包含登录名或姓名", "A password must not contain the login or the name"),
	"password.common": T("这个密码太常见，容易被猜到", "This password is too common and easily guessed"),
	"password.wrong":  T("原密码不正确", "The old password is wrong"),
	"token.expires":   T("有效期须在 1 天到 {max} 天之间", "A token is valid for 1 to {max} days"),
	"token.cookie":    T("此操作须登录后在页面上进行，不能使用令牌", "This needs a person who is signed in; a token does not do"),
}

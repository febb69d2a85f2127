package i18n

// notifyMessages are what people are told, and what is said about how they are told.
var notifyMessages = map[string]Text{
	"notify.several":      T("{count} 条提醒", "{count} reminders"),
	"notify.more":         T("另有 {count} 条", "and {count} more"),
	"notify.somebody":     T("同事", "Somebody"),
	"notify.days":         T("{n} 天", "{n} d"),
	"notify.hours_long":   T("{n} 小时", "{n} h"),
	"notify.minutes":      T("{n} 分钟", "{n} min"),
	"notify.mail_subject": T("{title}：{line}", "{title}: {line}"),
	"notify.mail_foot":    T("可在“设置 › 提醒”中选择哪些提醒发送邮件。", "Which reminders come by mail can be chosen in Settings › Reminders."),
	"notify.group":        T("{who}：{kind}", "{who}: {kind}"),
	"notify.group_title":  T("{who}：{text}", "{who}: {text}"),
	"notify.robot_test":   T("测试消息：机器人“{name}”已接通", "Test: the robot “{name}” works"),

	"notify.time":       T("请填写时间，例如 08:30", "Please give a time such as 08:30"),
	"notify.hours":      T("请同时填写开始和结束时间", "Please give both the beginning and the end"),
	"notify.channel":    T("没有这种提醒或渠道", "There is no such reminder or channel"),
	"notify.department": T("没有这个部门", "There is no such department"),
	"notify.address":    T("请填写机器人的 https 地址", "Please give the https address of the robot"),
	"notify.endpoint":   T("浏览器给出的推送信息无效", "What the browser gave for push is not valid"),
	"notify.browsers":   T("最多 {max} 台设备可以接收推送，请先移除不用的设备", "At most {max} devices can receive push; remove one first"),
	"notify.no_mail":    T("没有设置邮件服务器", "No mail server is set"),
	"notify.refused":    T("对方拒绝了消息（{status}）：{answer}", "The other side refused the message ({status}): {answer}"),
	"notify.unreached":  T("连接不上对方的服务器", "The other server cannot be reached"),
}

package i18n

// clockMessages are about what must be done by a time.
var clockMessages = map[string]Text{
	"clock.span":      T("时限不能为空，也不能超过十年", "The time given must not be empty, nor more than ten years"),
	"clock.postpones": T("延期次数上限须在 0 到 {max} 之间，且只用于可以延期的事项", "How often something may be postponed is from 0 to {max}, and only set for what can be postponed"),
	"clock.minutes":   T("提前或超期的分钟数须在 1 到 5256000 之间，最多 10 项", "Minutes are from 1 to 5256000, at most 10 of them"),
	"clock.no_tick":   T("这种待办须通过相应的操作完成", "This is done by doing it, not by ticking it off"),
	"clock.period":    T("结束日期不能早于开始日期，期间不超过三年", "A period ends after it begins, and is no longer than three years"),
	"clock.days":      T("一次最多查看 {max} 天", "At most {max} days at once"),
	"clock.snooze":    T("推迟提醒的时间须在 1 分钟到 30 天之间", "A reminder is put off by 1 minute to 30 days"),

	"clock.before":     T("{kind}：{title}，还剩 {left_minutes}", "{kind}: {title}, {left_minutes} left"),
	"clock.at":         T("{kind}：{title}，时间到了", "{kind}: {title} is due now"),
	"clock.overdue":    T("{kind}：{title}，已超期 {over_minutes}", "{kind}: {title} is overdue by {over_minutes}"),
	"clock.escalation": T("{who}：{kind}已超期 {over_minutes}，{title}", "{who} is {over_minutes} overdue with {title} ({kind})"),
	"comment.mention":  T("{who} 在 {title} 的评论中提到了您", "{who} mentions you in a comment on {title}"),
	"comment.told":     T("{who} 评论了您的跟进：{title}", "{who} commented on your follow-up: {title}"),
	"worklog.told":     T("{who} 批注了您的工作日志", "{who} commented on your work log"),
	"clock.digest":     T("今天应跟进 {today} 项，超期 {overdue} 项", "{today} to do today, {overdue} overdue"),
	"clock.nudge":      T("{who} 提醒您跟进 {title}。{text}", "{who} reminds you of {title}. {text}"),
	"clock.planned":    T("{who} 为您安排了跟进：{title}，{at}", "{who} planned a follow-up for you: {title}, {at}"),
}

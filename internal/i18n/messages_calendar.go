package i18n

var calendarMessages = map[string]Text{
	"workcal.hours":     T("每段时间的结束须晚于开始，前后不能重叠，且至少一段、至多 6 段", "Every part must end after it begins, none may overlap, and there are one to six of them"),
	"workcal.weekend":   T("一周至少要有一天上班", "There must be a working day in the week"),
	"workcal.days":      T("特殊日期最多 {max} 天", "At most {max} special days"),
	"workcal.day_name":  T("名称最多 {max} 字", "A name has at most {max} characters"),
	"workcal.published": T("{year} 年的放假安排已公布，已按此计算", "The holidays of {year} are published and are counted with"),
	"workcal.unknown":   T("{year} 年的放假安排尚未公布，只按周末计算", "The holidays of {year} are not published yet; only weekends are counted with"),
	"workcal.past":      T("没有 {year} 年的放假安排，只按周末计算", "The holidays of {year} are not known here; only weekends are counted with"),
	"workcal.notice":    T("第 {row} 行：{value} 不能理解。每行须有日期、名称、是否放假（1 放假，0 上班）", "Row {row}: {value} makes no sense. Each row has a date, a name and whether the day is off (1 off, 0 worked)"),
	"workcal.no_days":   T("文件中没有放假安排", "There are no special days in the file"),
	"workcal.twice":     T("第 {row} 行：{value} 出现了两次", "Row {row}: {value} is there twice"),

	"app_password.many":  T("应用密码最多 {max} 个，请先撤销不用的", "At most {max} app passwords; end those you do not use"),
	"app_password.wrong": T("登录名或应用密码不正确", "Wrong login or app password"),

	"dav.unreadable":     T("无法理解手机发来的内容", "What the phone sent makes no sense"),
	"dav.repeats":        T("跟进计划不能重复，请分别建立", "A follow-up does not repeat; plan each one"),
	"dav.done":           T("已完成的跟进不能在手机日历中修改或删除", "What was done cannot be changed or removed in a phone's calendar"),
	"dav.not_owner":      T("只有负责人可以在手机日历中取消计划", "Only its owner cancels a plan in a phone's calendar"),
	"dav.keeps":          T("日历和通讯录不能在手机上删除", "Calendars and address books are not removed from a phone"),
	"dav.contacts":       T("联系人请在系统中新建或删除", "Contacts are made and removed in the page"),
	"dav.no_time":        T("请设置时间", "Set a time"),
	"dav.which_customer": T("标题中没有您的客户名称（或不止一个），不能建为跟进计划", "The title names none of your customers, or more than one; no plan can be made of it"),
}

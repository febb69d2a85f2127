package i18n

var reportMessages = map[string]Text{
	"report.period":   T("结束日期不能早于开始日期，期间不超过 {days} 天", "The end must not lie before the beginning, nor more than {days} days after it"),
	"report.month":    T("月份应写成 2026-11 这样", "A month is written like 2026-11"),
	"report.not_over": T("这个月还没有结束，月末之后才能归档", "The month is not over yet; it can be frozen afterwards"),
	"report.frozen":   T("{month} 已经归档，归档后不能更改", "{month} has been frozen already, and cannot be changed"),
	"report.cost":     T("投入不能为负", "A cost cannot be negative"),
}

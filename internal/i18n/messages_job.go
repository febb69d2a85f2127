package i18n

// jobMessages say what became of work in the background, and of loading the demonstration data.
var jobMessages = map[string]Text{
	"job.over":    T("该任务已经结束", "This task is already over"),
	"job.crashed": T("处理多次意外中断，已停止重试", "Processing broke off several times and was given up"),

	"demo.not_empty": T("系统中已有 {count} 个客户，未载入示例数据；命令行加 --force 可以照样载入", "There are {count} customers already; no sample data was loaded. On the command line, --force loads it all the same"),
}

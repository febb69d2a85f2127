package i18n

// jobMessages say what became of work in the background.
var jobMessages = map[string]Text{
	"job.over":    T("该任务已经结束", "This task is already over"),
	"job.crashed": T("处理多次意外中断，已停止重试", "Processing broke off several times and was given up"),
}

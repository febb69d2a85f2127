package i18n

// checkMessages say whether an installation is whole.
var checkMessages = map[string]Text{
	"check.ok":       T("正常  {name}（{count}）", "ok    {name} ({count})"),
	"check.wrong":    T("异常  {name}：{count} 处", "WRONG {name}: {count}"),
	"check.bad":      T("发现异常，请从备份恢复，或联系支持", "Something is wrong: restore a backup, or ask for help"),
	"check.database": T("数据库", "database"),
	"check.steps":    T("数据库结构", "structure of the database"),
	"check.files":    T("附件", "attachments"),
	"check.search":   T("搜索索引", "search index"),
	"check.serials":  T("编号", "serial numbers"),
	"check.log":      T("修改日志", "change log"),
	"check.seals":    T("日志封印", "seals over the log"),
}

package i18n

// archiveMessages say why a backup cannot be restored.
var archiveMessages = map[string]Text{
	"archive.not_one": T("这不是 Genjin 的备份文件，或备份没有完成", "This is not a Genjin backup, or it was never finished"),
	"archive.damaged": T("备份文件已损坏：{part}", "The backup is damaged: {part}"),
	"archive.in_use":  T("有 Genjin 服务正在使用该数据库，请先停止全部服务", "A Genjin server is using this database; stop all of them first"),
	"archive.format":  T("备份的格式（{format}）较新，请使用新版本的 Genjin", "The backup has a newer form ({format}); use a newer Genjin"),
}

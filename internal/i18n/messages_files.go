package i18n

// filesMessages say why an attachment cannot be stored or handed out.
var filesMessages = map[string]Text{
	"files.too_large": T("文件过大，最多 {max} MB", "The file is too large: {max} MB at most"),
	"files.empty":     T("文件是空的", "The file is empty"),
	"files.damaged":   T("文件已损坏，请联系管理员从备份恢复", "The file is damaged; ask your administrator to restore it from a backup"),
}

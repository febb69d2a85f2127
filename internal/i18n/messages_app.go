package i18n

// appMessages say why the program does not start.
var appMessages = map[string]Text{
	"app.listen": T("无法监听 {addr}：{reason}", "Cannot listen on {addr}: {reason}"),
	"app.key":    T("无法使用加密密钥：{reason}", "The key for secrets at rest cannot be used: {reason}"),
}

package i18n

// appMessages say why the program does not start.
var appMessages = map[string]Text{
	"app.listen": T("无法监听 {addr}：{reason}", "Cannot listen on {addr}: {reason}"),
}

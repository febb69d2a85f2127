package i18n

var apiMessages = map[string]Text{
	"api.body":          T("请求内容无法理解", "The request cannot be understood"),
	"api.no_such_route": T("没有这个地址", "There is no such address"),
	"api.method":        T("此地址不支持 {method}", "{method} is not possible here"),
	"api.media_type":    T("不支持这种内容格式", "This kind of content is not supported"),
	"api.origin":        T("请求来自其他网站，已拒绝", "The request came from another site and was refused"),
	"log.id":            T("“{value}”不是有效的编号", "“{value}” is not an id"),
	"log.too_many":      T("日志超过 {max} 行，请缩小日期范围", "The log has more than {max} lines; narrow the days"),
	"api.reused_key":    T("Idempotency-Key 已用于另一个请求", "This Idempotency-Key belongs to another request"),
	"api.key_too_long":  T("Idempotency-Key 最多 {max} 个字符", "An Idempotency-Key has at most {max} characters"),
	"api.field":         T("格式有误", "Not in the right form"),
	"setup.done":        T("系统已完成初始设置", "The system has been set up already"),
}

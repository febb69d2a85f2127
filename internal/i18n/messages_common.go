package i18n

var commonMessages = map[string]Text{
	"invalid":               T("填写有误，请检查标出的内容", "Please check the marked fields"),
	"not_found":             T("没有找到，或您无权查看", "Not found, or not yours to see"),
	"denied":                T("您没有权限执行此操作", "You may not do this"),
	"unauthenticated":       T("请先登录", "Please sign in"),
	"conflict":              T("与现有数据冲突", "This conflicts with existing data"),
	"stale":                 T("此记录刚被其他人修改，请刷新后再试", "Someone has just changed this record; reload and try again"),
	"too_many":              T("操作过于频繁，请稍后再试", "Too many requests; try again shortly"),
	"too_large":             T("内容过大", "Too large"),
	"unavailable":           T("服务暂不可用，请稍后再试", "Temporarily unavailable; try again shortly"),
	"internal":              T("系统出错，请联系管理员并提供编号 {id}", "Something went wrong; tell your administrator this id: {id}"),
	"bad_request":           T("请求格式有误", "The request is malformed"),
	"precondition_required": T("缺少版本号（If-Match）", "A version (If-Match) is required"),
	"field.required":        T("必填", "Required"),
	"field.unknown":         T("没有名为“{name}”的字段", "There is no field “{name}”"),
	"field.read_only":       T("此字段由系统维护，不能修改", "Kept by the system; it cannot be changed"),
	"field.denied":          T("您无权修改此字段", "You may not change this field"),
	"field.too_long":        T("最多 {max} 个字", "At most {max} characters"),
	"field.taken":           T("“{value}”已被使用", "“{value}” is already used"),
}

package i18n

var importMessages = map[string]Text{
	"import.nothing_to_cancel": T("此次导入没有在进行", "This import is not under way"),
	"import.header_row":        T("标题行须在前 {max} 行之内", "The header is among the first {max} rows"),
	"import.no_file":           T("请选择要导入的文件，或粘贴内容", "Choose a file to import, or paste its content"),
	"import.template":          T("{label}导入模板", "{label} import template"),
	"import.refused_file":      T("{file}-未导入", "{file}-refused"),
	"export.denied":            T("您没有导出权限", "You may not export"),
	"export.format":            T("只能导出为 xlsx 或 csv", "An export is xlsx or csv"),
	"export.watermark":         T("{name} 于 {time} 导出，请注意保密", "Exported by {name} on {time}. Confidential"),
	"export.no_field":          T("没有名为“{name}”的字段", "There is no field “{name}”"),
}

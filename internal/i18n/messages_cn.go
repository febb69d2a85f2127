package i18n

// cnMessages say why a value of a cell or field cannot be read.
var cnMessages = map[string]Text{
	"phone.none":           T("没有找到电话号码", "There is no phone number here"),
	"phone.mobile_short":   T("“{value}”只有 {digits} 位，手机号应为 11 位", "“{value}” has {digits} digits; a mobile number has 11"),
	"phone.mobile_long":    T("“{value}”有 {digits} 位，手机号应为 11 位", "“{value}” has {digits} digits; a mobile number has 11"),
	"phone.unknown_prefix": T("“{value}”的号段 {prefix} 不存在", "No mobile number begins with {prefix}: “{value}”"),
	"phone.no_area_code":   T("“{value}”缺少区号，请写成 010-62552288 的形式", "“{value}” lacks its area code; write it like 010-62552288"),
	"phone.landline":       T("“{value}”不是有效的固定电话，请检查区号和位数", "“{value}” is not a valid landline; check area code and length"),
	"phone.foreign":        T("“+{value}”不是有效的国际号码", "“+{value}” is not a valid international number"),
	"phone.masked":         T("“{value}”隐去了太多数字", "“{value}” hides too many digits"),
	"phone.too_short":      T("“{value}”位数太少", "“{value}” is too short"),
	"phone.too_long":       T("“{value}”位数太多", "“{value}” is too long"),
	"phone.unknown":        T("“{value}”不是有效的电话号码；国外号码请加国家代码，如 +1", "“{value}” is not a valid number; write foreign ones with their country code, like +1"),
	"phone.lost_digits":    T("“{value}”已被表格软件缩写，尾数已丢失，请把该列设为文本后重新导出", "A spreadsheet shortened this to “{value}” and lost digits; make the column text and export again"),
	"phone.text_too_long":  T("“{value}…”过长，不像电话号码", "“{value}…” is too long to be phone numbers"),

	"date.unreadable":       T("“{value}”不是日期", "“{value}” is not a date"),
	"date.impossible":       T("没有“{value}”这一天", "There is no such day as “{value}”"),
	"date.time":             T("“{value}”中的时间有误", "There is no such time as in “{value}”"),
	"date.order":            T("“{value}”分不清月和日，请选择日期顺序", "Month and day of “{value}” are unclear; choose the order of dates"),
	"date.no_year":          T("“{value}”没有年份", "“{value}” has no year"),
	"date.lunar":            T("“{value}”是农历，请填公历日期", "“{value}” is of the lunar calendar; give the solar date"),
	"date.lunar_unreadable": T("“{value}”不是有效的农历日期", "“{value}” is not a valid lunar date"),

	"uscc.length":       T("统一社会信用代码应为 18 位，“{value}”有 {digits} 位", "A unified social credit code has 18 characters; “{value}” has {digits}"),
	"uscc.registration": T("“{value}”是旧的 15 位注册号，请填 18 位统一社会信用代码", "“{value}” is an old registration number; give the 18-character credit code"),
	"uscc.organisation": T("“{value}”是 9 位组织机构代码，请填 18 位统一社会信用代码", "“{value}” is an organisation code; give the 18-character credit code"),
	"uscc.character":    T("“{value}”含有统一社会信用代码不用的字符", "“{value}” has characters that credit codes do not use"),
	"uscc.check_digit":  T("“{value}”的校验位不对，请核对每一位", "The check digit of “{value}” is wrong; compare every character"),

	"amount.unreadable":  T("“{value}”不是金额", "“{value}” is not an amount"),
	"amount.too_large":   T("“{value}”超出了金额范围", "“{value}” is larger than amounts may be"),
	"percent.unreadable": T("“{value}”不是百分比", "“{value}” is not a percentage"),
}

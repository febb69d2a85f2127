package i18n

// smsMessages are about numbers that are verified by a code in a text message.
var smsMessages = map[string]Text{
	"sms.none":         T("还没有启用短信网关，请联系管理员", "No gateway for text messages is in use; ask your administrator"),
	"sms.verified":     T("这个号码已经验证过了", "This number is verified already"),
	"sms.no_mobile":    T("这不是能接收短信的完整手机号", "This is no complete number that gets text messages"),
	"sms.abroad":       T("没有开启向国外和港澳台号码发送验证码", "Codes are not sent to numbers outside the mainland"),
	"sms.wait":         T("刚向这个号码发送过，请在 {seconds} 秒后重试", "A code has just been sent there; try again in {seconds} seconds"),
	"sms.limit_number": T("这个号码收到的验证码已达上限，{at} 之后可以再发", "This number has had as many codes as it may; the next can be sent after {at}"),
	"sms.limit_user":   T("您发送的验证码已达上限，{at} 之后可以再发", "You have sent as many codes as you may; the next can be sent after {at}"),
	"sms.limit_all":    T("全公司发送的验证码已达上限，{at} 之后可以再发", "The company has sent as many codes as it may; the next can be sent after {at}"),
	"sms.refused":      T("短信网关没有发送（状态 {status}），请联系管理员检查网关设置", "The gateway did not send the message (status {status}); ask your administrator to look at its settings"),
	"sms.unreached":    T("连接不上短信网关", "The gateway for text messages cannot be reached"),
	"sms.six":          T("请输入 6 位数字验证码", "Please enter the six digits of the code"),
	"sms.no_code":      T("没有可用的验证码：尚未发送、已过期、已使用，或号码已修改，请重新发送", "There is no code to enter: none was sent, it has expired or been used, or the number has changed; send a new one"),
	"sms.wrong":        T("验证码不对，还可以试 {left} 次", "That is not the code; attempts left: {left}"),
	"sms.over":         T("验证码不对，已试 5 次，请重新发送", "That is not the code, and it was the fifth attempt; send a new one"),

	"sms.address":      T("请填写网关的完整地址，主机名中不能有占位符", "Please give the whole address of the gateway, with no placeholder in the host"),
	"sms.name":         T("名称“{name}”重复或无效：以小写字母开头，只含小写字母、数字和下划线", "The name “{name}” is taken or not valid: small letters, digits and underscores, beginning with a letter"),
	"sms.secret":       T("请填写密钥“{name}”（更换网关地址后需要重新填写）", "Please give the secret “{name}” (anew when the gateway's host has changed)"),
	"sms.header":       T("请求头名称“{name}”无效，或内容过长", "The header “{name}” is not valid, or too long"),
	"sms.computed":     T("请为“{name}”选择算法和输出形式", "Please choose how “{name}” is worked out and written"),
	"sms.placeholder":  T("没有占位符 {name}", "There is no placeholder {name}"),
	"sms.no_phone":     T("请求中没有号码，请加入占位符 phone", "The request names no number; put the placeholder phone in"),
	"sms.no_code_used": T("请求中没有验证码，请加入占位符 code 或 text", "The request holds no code; put the placeholder code or text in"),
	"sms.json":         T("内容填入后不是有效的 JSON，占位符要写在引号里", "Filled in, this is no valid JSON; placeholders stand inside quotes"),
	"sms.bound":        T("请填写 1 到 {max} 之间的数", "Please give a number from 1 to {max}"),
}

package i18n

// webFormMessages are about forms on the web: to who designs them, and to visitors.
var webFormMessages = map[string]Text{
	"webform.fields":        T("字段不正确：最多 30 个，不重复，名称不超过 60 字", "The fields are not right: at most 30, none twice, labels of at most 60 characters"),
	"webform.origins":       T("请填写网站地址，如 https://www.example.com，不带路径，最多 20 个", "Sites are written as https://www.example.com, without a path, at most 20"),
	"webform.colour":        T("颜色写作 #rrggbb", "A colour is written as #rrggbb"),
	"webform.redirect":      T("跳转地址须以 https:// 开头", "The address must begin with https://"),
	"webform.unknown_field": T("表单不能询问“{field}”", "A form cannot ask for {field}"),
	"webform.who":           T("公司名称或联系人姓名至少一项必填", "The company or the contact's name must be required"),
	"webform.reach":         T("电话、邮箱、微信至少一项必填", "Phone, e-mail or WeChat must be required"),
	"webform.demanded":      T("线索必须填写“{label}”，请在表单中设为必填", "A lead must have {label}: have the form require it"),

	"webform.gone_title":  T("表单不可用", "No such form"),
	"webform.gone":        T("这个表单不存在或已停用。", "This form does not exist, or is closed."),
	"webform.send":        T("提交", "Send"),
	"webform.required":    T("必填", "required"),
	"webform.choose":      T("请选择", "Please choose"),
	"webform.agree":       T("我已阅读并同意以上说明", "I have read this and agree"),
	"webform.must_agree":  T("请先阅读并勾选同意", "Please read this and agree to it first"),
	"webform.trap":        T("请勿填写此项", "Leave this empty"),
	"webform.problems":    T("请检查标出的内容", "Please look at what is marked"),
	"webform.once_more":   T("请确认内容后再次点击提交", "Please check what you wrote and send it once more"),
	"webform.too_many":    T("提交过于频繁，请稍后再试", "Too many at the moment: please try again a little later"),
	"webform.failed":      T("暂时无法提交，请稍后再试", "It cannot be sent at the moment: please try again later"),
	"webform.too_large":   T("内容过长，请缩短后再提交", "This is too long: please shorten it"),
	"webform.thanks_head": T("提交成功", "Thank you"),
	"webform.thanks":      T("感谢您的提交，我们会尽快与您联系。", "We have received it and will be in touch soon."),
	"webform.go_on":       T("继续", "Go on"),
}

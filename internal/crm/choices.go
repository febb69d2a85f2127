package crm

import (
	"genjin/internal/entity"
	"genjin/internal/i18n"
)

func choice(value, zh, en, color string, aliases ...string) entity.Choice {
	return entity.Choice{Value: value, Label: i18n.T(zh, en), Color: color, Aliases: aliases}
}

// The built-in dictionaries (customers.md). A company adds its own to those whose field is open.
var (
	customerKinds = []entity.Choice{
		choice("enterprise", "企业", "Enterprise", "blue", "公司", "企业客户", "单位", "company"),
		choice("person", "个人", "Person", "green", "个人客户", "自然人", "individual"),
		choice("sole_trader", "个体工商户", "Sole trader", "orange", "个体", "个体户"),
		choice("public", "政府及事业单位", "Public body", "violet", "政府", "事业单位", "机关", "政府机关", "学校", "医院"),
	}
	customerRoles = []entity.Choice{
		choice("customer", "客户", "Customer", "blue"),
		choice("partner", "合作伙伴", "Partner", "green", "伙伴", "合作方"),
		choice("supplier", "供应商", "Supplier", "orange", "供方"),
		choice("dealer", "经销商", "Dealer", "violet", "代理商", "分销商", "渠道商"),
		choice("competitor", "竞争对手", "Competitor", "red", "竞品", "同行"),
	}
	customerSizes = []entity.Choice{
		choice("large", "大型企业", "Large", "", "大型", "大"),
		choice("medium", "中型企业", "Medium", "", "中型", "中"),
		choice("small", "小型企业", "Small", "", "小型", "小"),
		choice("micro", "微型企业", "Micro", "", "微型", "微"),
		choice("sole_trader", "个体工商户", "Sole trader", "", "个体"),
	}
	customerTags = []entity.Choice{
		choice("high_intent", "高意向", "High intent", "orange", "意向高", "高意向客户"),
		choice("urgent", "紧急", "Urgent", "red", "加急"),
		choice("referral", "老客户转介绍", "Referral", "green", "老客户介绍"),
		choice("key", "需重点跟进", "Key account", "blue", "重点跟进", "重点客户", "重点"),
	}
	customerStages = []entity.Choice{
		choice(StageProspect, "潜在", "Prospect", "gray", "潜在客户", "潜客", "新客户", "初步接触", "未跟进", "待跟进", "new"),
		choice(StageInterested, "意向", "Interested", "blue", "意向客户", "有意向", "需求确认", "跟进中", "qualified"),
		choice(StageNegotiating, "谈判中", "Negotiating", "orange", "谈判", "谈判客户", "商务谈判", "洽谈", "洽谈中", "报价中", "方案报价", "negotiation"),
		choice(StageWon, "成交", "Won", "green", "已成交", "成交客户", "签约", "已签约", "老客户", "赢单", "合作中", "已合作", "closed won"),
		choice(StageLost, "流失", "Lost", "red", "已流失", "流失客户", "丢单", "输单", "无意向", "失效", "closed lost"),
	}
	dealStatuses = []entity.Choice{
		choice("open", "未成交", "Not closed", "gray", "否", "未", "no", "未签约"),
		choice("closed", "已成交", "Closed", "green", "是", "成交", "yes", "已签约", "成交客户"),
	}
	grades = []entity.Choice{
		choice("A", "A", "A", "red", "A级", "A类", "A类客户", "重要", "核心", "重点", "VIP"),
		choice("B", "B", "B", "orange", "B级", "B类", "B类客户", "较重要"),
		choice("C", "C", "C", "blue", "C级", "C类", "C类客户", "一般", "普通"),
		choice("D", "D", "D", "gray", "D级", "D类", "D类客户", "低"),
		choice("E", "E", "E", "gray", "E级", "E类", "E类客户"),
	}
	sources = []entity.Choice{
		choice("fair", "展会", "Fair", "", "行业展会", "展览", "展会获取", "exhibition", "trade show"),
		choice("website", "官网", "Website", "", "网站", "公司官网", "官网咨询", "web"),
		choice("referral", "转介绍", "Referral", "", "客户介绍", "客户推荐", "老客户介绍", "朋友介绍", "推荐", "介绍"),
		choice("cold_visit", "陌拜", "Cold visit", "", "陌生拜访", "上门拜访", "扫街"),
		choice("telesales", "电话营销", "Telesales", "", "电销", "电话", "电话开发", "cold call"),
		choice("advertising", "广告", "Advertising", "", "广告投放", "百度推广", "网络推广", "推广", "ads"),
		choice("webinar", "线上研讨会", "Webinar", "", "研讨会", "直播", "网络研讨会"),
		choice("platform", "第三方平台", "Platform", "", "平台", "阿里巴巴", "1688", "电商平台", "抖音", "小红书"),
		choice("inquiry", "询盘", "Inquiry", "", "询价", "邮件询盘", "enquiry"),
		choice("other", "其他", "Other", "", "其它"),
	}
	lossReasons = []entity.Choice{
		choice("budget", "预算不足", "No budget", ""),
		choice("competitor", "选择竞争对手", "Chose a competitor", "", "竞争对手", "选择竞品"),
		choice("need_changed", "需求变更", "Need changed", "", "无需求", "没有需求"),
		choice("price", "价格过高", "Price too high", "", "价格高", "价格"),
		choice("slow_service", "服务响应慢", "Slow service", ""),
		choice("unreachable", "联系不上", "Unreachable", "", "失联"),
		choice("other", "其他", "Other", "", "其它"),
	}
	organisationForms = []entity.Choice{
		choice("joint_venture", "中外合资", "Joint venture", "", "合资", "合资企业"),
		choice("state_owned", "国有", "State-owned", "", "国企", "国有企业"),
		choice("collective", "集体", "Collective", "", "集体企业"),
		choice("private", "民营", "Private", "", "私营", "民营企业", "私企", "有限责任公司", "有限公司"),
		choice("foreign", "外商独资", "Foreign-owned", "", "外资", "外企", "独资"),
		choice("listed", "股份有限公司", "Joint-stock", "", "股份公司", "上市公司"),
		choice("other", "其他", "Other", "", "其它"),
	}
	genders = []entity.Choice{
		choice("male", "男", "Male", "", "先生", "M"),
		choice("female", "女", "Female", "", "女士", "小姐", "F"),
	}
	decisionRoles = []entity.Choice{
		choice("decider", "决策者", "Decider", "red", "决策人", "拍板人", "老板"),
		choice("influencer", "影响者", "Influencer", "orange", "影响人"),
		choice("user", "使用者", "User", "blue", "使用人"),
		choice("buyer", "采购", "Buyer", "green", "采购者", "采购人"),
		choice("gatekeeper", "守门人", "Gatekeeper", "gray", "把关人"),
		choice("coach", "内线", "Coach", "violet", "内部支持者"),
	}
	attitudes = []entity.Choice{
		choice("supports", "支持", "Supports", "green"),
		choice("neutral", "中立", "Neutral", "gray"),
		choice("opposes", "反对", "Opposes", "red"),
	}
	followupWays = []entity.Choice{
		choice("call", "电话", "Call", "", "电话沟通", "电话跟进", "电话拜访", "电联", "phone"),
		choice("meeting_in_person", "面谈", "In person", "", "当面沟通", "面访", "到访"),
		choice("visit", "拜访", "Visit", "", "上门拜访", "上门", "实地拜访"),
		choice("mail", "邮件", "E-mail", "", "电子邮件", "email", "邮件沟通"),
		choice("meeting", "会议", "Meeting", "", "开会"),
		choice("online_meeting", "线上会议", "Online meeting", "", "视频会议", "网络会议", "腾讯会议"),
		choice("wechat", "微信", "WeChat", "", "微信沟通", "企业微信"),
		choice("sms", "短信", "SMS", "", "短消息"),
		choice("other", "其他", "Other", "", "其它"),
	}
	followupStates = []entity.Choice{
		choice(FollowupPlanned, "计划中", "Planned", "blue", "待跟进", "未完成", "计划", "open"),
		choice(FollowupDone, "已完成", "Done", "green", "完成", "已跟进", "completed"),
		choice(FollowupCancelled, "已取消", "Cancelled", "gray", "取消", "canceled"),
	}
	reminders = []entity.Choice{
		choice("5", "5 分钟前", "5 minutes", ""),
		choice("15", "15 分钟前", "15 minutes", ""),
		choice("30", "30 分钟前", "30 minutes", ""),
		choice("60", "1 小时前", "1 hour", ""),
		choice("120", "2 小时前", "2 hours", ""),
		choice("1440", "1 天前", "1 day", ""),
		choice("2880", "2 天前", "2 days", ""),
		choice("10080", "1 周前", "1 week", ""),
	}
	followupResults = []entity.Choice{
		choice("effective", "有效沟通", "Effective", "green", "有效", "已沟通"),
		choice("interested", "有意向", "Interested", "blue"),
		choice("wants_quote", "要报价", "Wants a quote", "blue"),
		choice("visit_agreed", "约拜访", "Visit agreed", "blue"),
		choice("no_answer", "未接通", "No answer", "orange", "无人接听", "未接"),
		choice("refused", "拒绝", "Refused", "red", "暂无意向", "无意向"),
	}
)

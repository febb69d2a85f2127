package crm

import (
	"genjin/internal/entity"
	"genjin/internal/i18n"
)

// The built-in dictionaries of leads (leads.md).
var (
	leadStates = []entity.Choice{
		choice(LeadPending, "待审核", "To be reviewed", "orange", "未审核", "新线索", "new"),
		choice(LeadReturned, "退回补充", "Sent back", "red", "退回", "待补充"),
		choice(LeadTodo, "待跟进", "To be contacted", "blue", "未跟进", "已分配"),
		choice(LeadWorking, "跟进中", "Being worked", "blue", "已联系", "跟进"),
		choice(LeadNeed, "需求明确", "Need is clear", "violet", "需求确认"),
		choice(LeadProposal, "方案提交", "Proposal made", "violet", "已报价", "方案报价"),
		choice(LeadNegotiating, "谈判中", "Negotiating", "orange", "谈判", "洽谈中"),
		choice(LeadWon, "成交", "Won", "green", "已成交", "签约"),
		choice(LeadLost, "流失", "Lost", "gray", "已流失", "丢单"),
		choice(LeadParked, "暂不跟进", "Parked", "gray", "暂缓", "搁置"),
		choice(LeadInvalid, "无效", "Invalid", "gray", "无效线索", "作废"),
	}
	// leadProgress are those to which a follow-up may bring a lead.
	leadProgress = leadStates[3:7:7]
	leadGrades   = []entity.Choice{
		choice("A", "A", "A", "red", "A级", "A类", "高"),
		choice("B", "B", "B", "orange", "B级", "B类", "中"),
		choice("C", "C", "C", "blue", "C级", "C类", "低"),
	}
	leadTypes = []entity.Choice{
		choice("prospect", "潜在客户", "Prospect", "", "潜在", "新客户"),
		choice("referral", "老客户转介绍", "Referral", "", "转介绍", "老客户介绍"),
		choice("competitor", "竞争对手流失客户", "From a competitor", "", "竞品客户", "竞争对手客户"),
		choice("other", "其他", "Other", "", "其它"),
	}
	leadLacks = []entity.Choice{
		choice("company", "公司名称", "Company", ""),
		choice("contact_name", "联系人", "Contact", ""),
		choice("phone", "联系电话", "Phone", ""),
		choice("source", "来源", "Source", ""),
		choice("industry", "行业", "Industry", ""),
		choice("need", "需求", "Need", ""),
		choice("budget", "预算", "Budget", ""),
		choice("other", "其他（见意见）", "Something else (see the opinion)", ""),
	}
	invalidReasons = []entity.Choice{
		choice("wrong_number", "空号或错号", "Wrong number", ""),
		choice("no_need", "没有需求", "No need", ""),
		choice("duplicate", "重复线索", "Duplicate", ""),
		choice("not_target", "非目标客户", "Not our customer", ""),
		choice("spam", "骚扰或广告", "Spam", ""),
		choice("other", "其他", "Other", ""),
	}
	successFactors = []entity.Choice{
		choice("price", "价格优势", "Price", ""),
		choice("service", "售后认可", "Service", ""),
		choice("product", "产品匹配", "Product", ""),
		choice("relation", "客户关系", "Relation", ""),
		choice("speed", "响应快", "Speed", ""),
		choice("brand", "品牌口碑", "Brand", ""),
		choice("other", "其他", "Other", ""),
	}
)

// leadViews are the built-in views of leads.
func leadViews() []entity.View {
	return []entity.View{
		{Name: "all", Label: i18n.T("全部", "All")},
		{Name: "mine", Label: i18n.T("我的线索", "Mine"), Filter: `{"field":"owner_id","op":"is","value":"me"}`},
		{Name: "pending", Label: i18n.T("待审核", "To be reviewed"), Filter: `{"field":"state","op":"is","value":"pending"}`, Sort: "submitted_at"},
		{Name: "returned", Label: i18n.T("退回补充", "Sent back"), Filter: `{"field":"state","op":"is","value":"returned"}`},
		{Name: "todo", Label: i18n.T("待跟进", "To be contacted"), Filter: `{"field":"state","op":"is","value":"todo"}`, Sort: "assigned_at"},
		{Name: "open", Label: i18n.T("跟进中", "Being worked"), Filter: `{"field":"state","op":"in","value":["working","need","proposal","negotiating"]}`, Sort: "next_followup_at"},
		{Name: "parked", Label: i18n.T("暂不跟进", "Parked"), Filter: `{"field":"state","op":"is","value":"parked"}`, Sort: "park_until"},
		{Name: "converted", Label: i18n.T("已转化", "Converted"), Filter: `{"field":"converted_at","op":"not_empty"}`, Sort: "-converted_at"},
		{Name: "lost", Label: i18n.T("流失与无效", "Lost and invalid"), Filter: `{"field":"state","op":"in","value":["lost","invalid"]}`},
	}
}

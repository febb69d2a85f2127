package crm

import (
	"genjin/internal/entity"
	"genjin/internal/i18n"
)

// customerViews are the built-in views that what exists today can answer (customers.md, “Finding”).
func customerViews() []entity.View {
	return []entity.View{
		{Name: "all", Label: i18n.T("全部", "All")},
		{Name: "mine", Label: i18n.T("我的客户", "Mine"), Filter: `{"field":"owner_id","op":"is","value":"me"}`},
		{Name: "due_today", Label: i18n.T("今日应跟进", "Due today"), Filter: `{"field":"next_followup_at","op":"today"}`, Sort: "next_followup_at"},
		{Name: "overdue", Label: i18n.T("超期未跟进", "Overdue"), Filter: `{"field":"next_followup_at","op":"overdue"}`, Sort: "next_followup_at"},
		{Name: "new_this_month", Label: i18n.T("本月新增", "New this month"), Filter: `{"field":"created_at","op":"this_month"}`},
		{Name: "high_intent", Label: i18n.T("高意向", "High intent"), Filter: `{"field":"tags","op":"contains","value":"high_intent"}`},
		{Name: "won", Label: i18n.T("已成交", "Won"), Filter: `{"field":"deal_status","op":"is","value":"closed"}`},
		{Name: "potential", Label: i18n.T("潜力客户", "Potential"), Filter: `{"and":[{"field":"stage","op":"in","value":["prospect","interested"]},{"field":"grade","op":"in","value":["A","B"]}]}`},
	}
}

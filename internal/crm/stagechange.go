package crm

import (
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// StageChange is one step in the history of a customer's stage. Rules write it; its creation says when and by whom.
type StageChange struct {
	record.Base

	CustomerID id.ID  `field:"customer_id"`
	From       string `field:"from_stage"`
	To         string `field:"to_stage"`
	Reason     string `field:"reason"`
}

func stageChangeKind() record.Kind[StageChange] {
	return record.Kind[StageChange]{
		Def: &entity.Def{
			Name: "stage_change", Path: "stage-changes", Module: "customer", Title: "to_stage", Parents: []string{"customer_id"},
			Label: i18n.T("阶段变更", "Stage change"), Plural: i18n.T("阶段变更", "Stage changes"),
			Derived: true, Internal: true,
			Columns: []string{"created_at", "customer_id", "from_stage", "to_stage", "reason", "created_by"},
			Sort:    "-created_at",
			Fields: []*entity.Field{
				{Name: "customer_id", Label: i18n.T("客户", "Customer"), Type: entity.Ref, Ref: "customer", Width: 220},
				{Name: "from_stage", Label: i18n.T("原阶段", "From"), Type: entity.OneOf, Choices: customerStages, Shares: "customer.stage", Width: 100},
				{Name: "to_stage", Label: i18n.T("新阶段", "To"), Type: entity.OneOf, Choices: customerStages, Shares: "customer.stage", Width: 100},
				{Name: "reason", Label: i18n.T("原因", "Reason"), Type: entity.Text, Max: 500, Search: entity.SearchInside, Width: 240},
			},
		},
	}
}

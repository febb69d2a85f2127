package crm

import (
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// LeadReview 审核记录 is one decision about a lead, or its resubmission: the round trips stand here. Reviews write it; its
// creation says when and by whom.
type LeadReview struct {
	record.Base

	LeadID    id.ID       `field:"lead_id"`
	Result    string      `field:"result"`
	Grade     string      `field:"grade"`
	Score     *int64      `field:"score"`
	Opinion   string      `field:"opinion"`
	Lacking   entity.List `field:"lacking"`
	ParkUntil clock.Date  `field:"park_until"`
	Invalid   string      `field:"invalid_reason"`
}

// The results of a review, and what comes before and after it.
const (
	ReviewPass    = "pass"
	ReviewReturn  = "return"
	ReviewPark    = "park"
	ReviewInvalid = "invalid"
	reviewAgain   = "resubmit" // by the owner, or when what was parked or invalid comes back
	reviewLost    = "lost"
	reviewWon     = "won"
)

var reviewResults = []entity.Choice{
	choice(ReviewPass, "通过", "Passed", "green"),
	choice(ReviewReturn, "退回补充", "Sent back", "red"),
	choice(ReviewPark, "暂不跟进", "Parked", "gray"),
	choice(ReviewInvalid, "无效", "Invalid", "gray"),
	choice(reviewAgain, "重新提交", "Resubmitted", "blue"),
	choice(reviewWon, "成交", "Won", "green"),
	choice(reviewLost, "流失", "Lost", "gray"),
}

func leadReviewKind() record.Kind[LeadReview] {
	return record.Kind[LeadReview]{
		Def: &entity.Def{
			Name: "lead_review", Path: "lead-reviews", Module: "lead", Title: "result", Parents: []string{"lead_id"},
			Label: i18n.T("线索审核记录", "Lead review"), Plural: i18n.T("线索审核记录", "Lead reviews"),
			Derived: true, Internal: true,
			Columns: []string{"created_at", "created_by", "result", "grade", "opinion", "lacking"},
			Sort:    "-created_at",
			Fields: []*entity.Field{
				{Name: "lead_id", Label: i18n.T("线索", "Lead"), Type: entity.Ref, Ref: "lead", Required: true, Width: 220},
				{Name: "result", Label: i18n.T("结果", "Result"), Type: entity.OneOf, Choices: reviewResults, Width: 100},
				{Name: "grade", Label: i18n.T("线索等级", "Grade"), Type: entity.OneOf, Choices: leadGrades, Width: 80},
				{Name: "score", Label: i18n.T("评分", "Score"), Type: entity.Int, Width: 70},
				{Name: "opinion", Label: i18n.T("意见", "Opinion"), Type: entity.Text, Max: 2000, Search: entity.SearchInside, Width: 240},
				{Name: "lacking", Label: i18n.T("需补充", "To be supplemented"), Type: entity.AnyOf, Choices: leadLacks, Width: 160},
				{Name: "park_until", Label: i18n.T("暂缓至", "Parked until"), Type: entity.Date, Width: 120},
				{Name: "invalid_reason", Label: i18n.T("原因", "Reason"), Type: entity.OneOf, Choices: invalidReasons, Shares: "lead.invalid_reason", Width: 120},
			},
		},
	}
}

package crm

import (
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// Attachment 附件 is a file that hangs on a customer, or on a contact or follow-up of it, or on a lead; once that was
// converted, on both. Its bytes lie in the file store
// under their SHA-256.
type Attachment struct {
	record.Base

	CustomerID id.ID  `field:"customer_id"`
	LeadID     id.ID  `field:"lead_id"`
	ContactID  id.ID  `field:"contact_id"`
	FollowupID id.ID  `field:"followup_id"`
	Name       string `field:"name"`
	Size       int64  `field:"size"` // bytes
	MediaType  string `field:"media_type"`
	SHA256     string `field:"sha256"`
	Note       string `field:"note"`
}

func attachmentKind() record.Kind[Attachment] {
	return record.Kind[Attachment]{
		Def: &entity.Def{
			Name: "file", Table: "attachment", Path: "files", Module: "customer", Title: "name", Parents: []string{"customer_id", "lead_id"},
			Label: i18n.T("附件", "File"), Plural: i18n.T("附件", "Files"),
			Internal: true,
			Columns:  []string{"name", "customer_id", "size", "created_at", "created_by"},
			Sort:     "-created_at",
			Fields: []*entity.Field{
				{Name: "name", Label: i18n.T("文件名", "Name"), Type: entity.Text, Required: true, Max: 200, Search: entity.SearchInside, Width: 240},
				{Name: "customer_id", Label: i18n.T("客户", "Customer"), Type: entity.Ref, Ref: "customer", ReadOnly: true, Width: 220},
				{Name: "lead_id", Label: i18n.T("线索", "Lead"), Type: entity.Ref, Ref: "lead", ReadOnly: true, Width: 180},
				{Name: "contact_id", Label: i18n.T("联系人", "Contact"), Type: entity.Ref, Ref: "contact", ReadOnly: true, Width: 110},
				{Name: "followup_id", Label: i18n.T("跟进", "Follow-up"), Type: entity.Ref, Ref: "followup", ReadOnly: true, Width: 110},
				{Name: "size", Label: i18n.T("大小", "Size"), Type: entity.Int, ReadOnly: true, Width: 90},
				{Name: "media_type", Label: i18n.T("类型", "Type"), Type: entity.Text, ReadOnly: true, Width: 120},
				{Name: "sha256", Label: i18n.T("校验值", "SHA-256"), Type: entity.Text, ReadOnly: true, NoFilter: true, Width: 120},
				{Name: "note", Label: i18n.T("说明", "Note"), Type: entity.Text, Max: 500, Search: entity.SearchInside, Width: 200},
			},
		},
	}
}

package crm

import (
	"context"

	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/org"
	"genjin/internal/record"
)

// Comment 评论 is what a colleague, such as the supervisor, says about a follow-up. Whoever sees the follow-up sees it and
// may comment; only its author changes it.
type Comment struct {
	record.Base

	FollowupID id.ID       `field:"followup_id"`
	Content    string      `field:"content"`
	Mentions   entity.List `field:"mention_ids"`
}

func commentKind() record.Kind[Comment] {
	return record.Kind[Comment]{
		Def: &entity.Def{
			Name: "comment", Path: "comments", Module: "followup", Title: "content", Parents: []string{"followup_id"}, ParentNeeds: "view",
			Label: i18n.T("评论", "Comment"), Plural: i18n.T("评论", "Comments"),
			Internal: true, Authored: true,
			Columns: []string{"created_at", "created_by", "content"},
			Sort:    "created_at",
			Fields: []*entity.Field{
				{Name: "followup_id", Label: i18n.T("跟进", "Follow-up"), Type: entity.Ref, Ref: "followup", Required: true, Width: 220},
				{Name: "content", Label: i18n.T("评论内容", "Comment"), Type: entity.LongText, Max: 2000, Required: true, Search: entity.SearchInside, Width: 320},
				{Name: "mention_ids", Label: i18n.T("提到", "Mentions"), Type: entity.Refs, Ref: "user", Width: 160},
			},
		},
		Check: []record.Rule[Comment]{knownMentions},
		After: []record.Rule[Comment]{tellComment},
	}
}

func knownMentions(ctx context.Context, s *record.Session, _, next *Comment) error {
	return org.KnownUsers(ctx, s.Tx, "mention_ids", next.Mentions)
}

// tellComment tells those who are mentioned, and the owner of the follow-up.
func tellComment(ctx context.Context, s *record.Session, old, next *Comment) error {
	if !next.ArchivedAt.IsZero() || s.Batch != 0 || !s.Judged() {
		return nil
	}
	f, err := record.Get[Followup](ctx, s.As(s.Actor.Elevated(), s.Origin), next.FollowupID)
	if err != nil {
		return err
	}
	told := map[id.ID]bool{s.Actor.ID: true}
	var notes []notify.Note
	tell := func(to id.ID, kind, text string) {
		if to != 0 && !told[to] {
			told[to] = true
			notes = append(notes, notify.Note{
				To: to, Kind: kind, Key: next.ID.String() + "/" + kind, Text: text, By: s.Actor.ID, Entity: "followup", Record: f.ID,
			})
		}
	}
	for _, text := range next.Mentions {
		if who, err := id.Parse(text); err == nil && (old == nil || !old.Mentions.Has(text)) {
			tell(who, "mention", "comment.mention")
		}
	}
	if old == nil {
		tell(f.OwnerID, "comment", "comment.told")
	}
	return notify.Tell(ctx, s.Tx, notes...)
}

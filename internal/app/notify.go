package app

import (
	"genjin/internal/clock"
	"genjin/internal/deliver"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/mail"
	"genjin/internal/notify"
	"genjin/internal/org"
	"genjin/internal/record"
)

// noteKinds gives every kind of notes, in the order in which people choose among them.
func noteKinds(reg *record.Registry) *notify.Registry {
	pushed := []notify.Channel{notify.PopUp, notify.Push}
	return notify.NewRegistry(append(clockNotes(reg), []notify.Kind{
		{Name: "assigned", Label: i18n.T("分配给我", "Assigned to me"), By: pushed},
		{Name: "pool", Label: i18n.T("公海", "Pools"), By: pushed},
		{Name: "request", Label: i18n.T("接手与协作申请", "Requests to take over or collaborate"), By: pushed},
		{Name: "review", Label: i18n.T("线索审核与补充", "Leads to review or supplement"), By: pushed},
		{Name: "mention", Label: i18n.T("提到我", "Mentions me"), By: pushed},
		{Name: "comment", Label: i18n.T("评论", "Comments"), By: pushed},
		{Name: "nudge", Label: i18n.T("催办", "Nudges"), By: pushed},
		{Name: deliver.DigestKind, Label: i18n.T("早报", "Daily digest"), By: []notify.Channel{notify.Push, notify.Mail}},
		{Name: "import.done", Label: i18n.T("导入完成", "Import finished"), By: []notify.Channel{notify.PopUp}},
	}...)...)
}

// delivering puts together how people are told. What the day's digest says is the product's.
func (a *App) delivering(o Options, digest deliver.Digest) *deliver.Service {
	return deliver.New(a.Store, a.Actors, deliver.Options{
		Kinds: noteKinds(a.Store.Registry()), Seal: a.ring, Outbound: a.out, Mail: &mail.Sender{Dial: a.out.Dial, Now: o.Clock.Now}, Server: a.Auth.MailServer,
		Origin: a.Config.PublicURL, Log: a.Log, Digest: digest, Workday: workday(a.Actors),
	})
}

// workday reports whether the people of a department work on a day.
func workday(actors *org.Actors) func(department id.ID, day clock.Date) bool {
	return func(department id.ID, day clock.Date) bool { return actors.Calendars.For(department).Works(day) }
}

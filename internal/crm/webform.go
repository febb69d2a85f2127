package crm

import (
	"context"
	"crypto/rand"
	"net/url"
	"regexp"
	"strings"

	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// WebForm 网络表单 is a form that anybody can open and send, and that makes a lead (leads.md, “Capture”).
type WebForm struct {
	record.Base
	Name       string      `field:"name"`        // among colleagues
	PublicName string      `field:"public_name"` // in its address: nobody guesses it
	Active     bool        `field:"active"`
	Language   string      `field:"language"` // of what the program says to visitors
	Title      string      `field:"title"`
	Intro      string      `field:"intro"`
	Fields     string      `field:"fields"` // FormFields as JSON
	Theme      string      `field:"theme"`
	Accent     string      `field:"accent"`  // #rrggbb
	Consent    string      `field:"consent"` // what happens with what is typed (PIPL, article 17)
	MustAgree  bool        `field:"consent_required"`
	Thanks     string      `field:"thanks"`
	Redirect   string      `field:"redirect"` // where who sent it goes, by https
	Origins    entity.List `field:"origins"`  // sites that may frame it; none when empty
	ReceiverID id.ID       `field:"receiver_id"`

	Source       string      `field:"source"`
	SourceDetail string      `field:"source_detail"`
	Tags         entity.List `field:"tags"`
}

// Lang is the language of the form.
func (f *WebForm) Lang() i18n.Lang { return i18n.Lang(f.Language) }

// Asks gives what the form asks.
func (f *WebForm) Asks() []FormField {
	fields, _ := parseFormFields(f.Fields) // which were checked when they were written
	return fields
}

func webFormKind() record.Kind[WebForm] {
	return record.Kind[WebForm]{
		Def: &entity.Def{
			Name: "web_form", Path: "web-forms", Title: "name", SearchTag: "webform", Aside: true,
			Label: i18n.T("网络表单", "Web form"), Plural: i18n.T("网络表单", "Web forms"),
			Columns: []string{"name", "title", "active", "receiver_id", "source"},
			Card:    []string{"title", "active"},
			Sort:    "name",
			Fields:  webFormFields(),
		},
		Fill:  []record.Rule[WebForm]{fillWebForm},
		Check: []record.Rule[WebForm]{webFormAsks, webFormRedirect, webFormReceiver},
	}
}

func webFormFields() []*entity.Field {
	return []*entity.Field{
		{Name: "name", Label: i18n.T("名称", "Name"), Type: entity.Text, Max: 60, Required: true, Unique: true, Search: entity.SearchName, Width: 160},
		{Name: "public_name", Label: i18n.T("公开地址名", "Name in its address"), Type: entity.Text, Max: 40, ReadOnly: true, NoFilter: true, Width: 160},
		{Name: "active", Label: i18n.T("启用", "Active"), Type: entity.Bool, Width: 80},
		{Name: "language", Label: i18n.T("语言", "Language"), Type: entity.OneOf, Choices: formLanguages, Width: 90},
		{Name: "title", Label: i18n.T("标题", "Title"), Type: entity.Text, Max: 80, Required: true, Width: 180},
		{Name: "intro", Label: i18n.T("说明", "Introduction"), Type: entity.LongText, Max: 2000, Width: 200},
		{Name: "fields", Label: i18n.T("字段", "Fields"), Type: formFieldsType, NoFilter: true, Width: 160},
		{Name: "theme", Label: i18n.T("外观", "Look"), Type: entity.OneOf, Choices: formThemes, Width: 90},
		{Name: "accent", Label: i18n.T("主题色", "Colour"), Type: colourType{entity.Text}, NoFilter: true, Width: 90},
		{Name: "consent", Label: i18n.T("个人信息处理告知", "What happens with personal data"), Type: entity.LongText, Max: 4000, Width: 200},
		{Name: "consent_required", Label: i18n.T("须勾选同意", "Must be agreed to"), Type: entity.Bool, Width: 100},
		{Name: "thanks", Label: i18n.T("提交后显示", "Said when it was sent"), Type: entity.LongText, Max: 1000, Width: 200},
		{Name: "redirect", Label: i18n.T("提交后跳转", "Goes on to"), Type: entity.URL, Width: 180},
		{
			Name: "origins", Label: i18n.T("可嵌入的网站", "Sites that may embed it"), Type: formOriginsType, NoFilter: true, Width: 180,
			Help: i18n.T("如 https://www.example.com", "Such as https://www.example.com"),
		},
		{Name: "receiver_id", Label: i18n.T("接收人", "Receives the leads"), Type: entity.Ref, Ref: "user", Required: true, Handed: true, Width: 110},
		{Name: "source", Label: i18n.T("线索来源", "Source"), Type: entity.OneOf, Choices: sources, Shares: "customer.source", Open: true, Width: 110},
		{Name: "source_detail", Label: i18n.T("来源说明", "Source detail"), Type: entity.Text, Width: 160},
		{Name: "tags", Label: i18n.T("标签", "Tags"), Type: entity.Tags, Choices: customerTags, Shares: "customer.tags", Open: true, Width: 140},
	}
}

var formLanguages = []entity.Choice{{Value: "zh", Label: i18n.T("中文", "Chinese")}, {Value: "en", Label: i18n.T("英文", "English")}}

// The looks of a form.
const (
	ThemeLight = "light"
	ThemeDark  = "dark"
	ThemeAuto  = "auto" // as the visitor's device
)

var formThemes = []entity.Choice{
	{Value: ThemeLight, Label: i18n.T("浅色", "Light")},
	{Value: ThemeDark, Label: i18n.T("深色", "Dark")},
	{Value: ThemeAuto, Label: i18n.T("跟随设备", "As the device")},
}

// defaultAccent is the colour of a form that has none of its own.
const defaultAccent = "#1f5fd0"

var colour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// IsColour reports whether a text is a colour as forms keep it.
func IsColour(s string) bool { return colour.MatchString(s) }

var publicName = regexp.MustCompile(`^[a-z2-7]{26,40}$`)

// NewPublicName gives a name that nobody guesses: 130 random bits.
func NewPublicName() string { return strings.ToLower(rand.Text()) }

// fillWebForm gives a form its address and what it needs to work.
func fillWebForm(_ context.Context, _ *record.Session, old, next *WebForm) error {
	if next.PublicName == "" {
		next.PublicName = NewPublicName()
	}
	if next.Accent == "" {
		next.Accent = defaultAccent
	}
	if next.Language == "" {
		next.Language = string(i18n.ZH)
	}
	if next.Theme == "" {
		next.Theme = ThemeLight
	}
	if old == nil && next.Source == "" {
		next.Source = "website"
	}
	if next.Fields == "" || next.Fields == "[]" {
		next.Fields = usualFormFields
	}
	return nil
}

// webFormRedirect refuses to lead visitors where nobody may read along, or to no web page at all.
func webFormRedirect(_ context.Context, _ *record.Session, _, next *WebForm) error {
	if next.Redirect == "" {
		return nil
	}
	u, err := url.Parse(next.Redirect)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return errs.OfField("redirect", "webform.redirect")
	}
	return nil
}

var originForm = regexp.MustCompile(`^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

// originOf gives the site that an address names, as browsers say it. A form that is framed sends no more than what is typed
// into it, to here; plain http is let through for sites on the company's own network.
func originOf(typed string) (string, bool) {
	origin := strings.TrimSuffix(strings.ToLower(text.Clean(typed)), "/")
	if !originForm.MatchString(origin) {
		return "", false
	}
	return origin, true
}

// webFormReceiver refuses to give leads to somebody who is gone.
func webFormReceiver(ctx context.Context, s *record.Session, old, next *WebForm) error {
	if old != nil && old.ReceiverID == next.ReceiverID {
		return nil
	}
	active, err := isActive(ctx, s, next.ReceiverID)
	if err == nil && !active {
		return errs.OfField("receiver_id", "field.no_such_user")
	}
	return err
}

func isActive(ctx context.Context, s *record.Session, user id.ID) (active bool, err error) {
	err = s.Tx.QueryRow(ctx, `SELECT COUNT(*) > 0 FROM account WHERE id = ? AND active = 1`, user).Scan(&active)
	return active, err
}

// RenewForm gives a form another address; the old one leads nowhere any more.
func RenewForm(ctx context.Context, s *record.Session, x id.ID) (*WebForm, error) {
	return record.Update(ctx, s, x, 0, func(f *WebForm) error {
		f.PublicName = NewPublicName()
		return nil
	})
}

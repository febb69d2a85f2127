package deliver

import (
	"context"
	"strings"

	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/mail"
	"genjin/internal/sqldb"
)

// mailChannel writes letters.
type mailChannel struct{ d *Service }

// send writes a letter whose Message-ID is the same with every attempt.
func (c mailChannel) send(ctx context.Context, p *parcel) error {
	server, set, err := c.d.Server(ctx)
	if err != nil {
		return err
	}
	if !set {
		return errs.New(errs.Unavailable, "notify.no_mail")
	}
	m, err := c.d.compose(ctx, p)
	if err != nil {
		return err
	}
	var to string
	err = c.d.db.ReadOne(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `SELECT email FROM account WHERE id = ? AND active = 1`, p.user).Scan(&to)
	})
	if err != nil || to == "" {
		return orNothing(err)
	}
	text := strings.Join(m.lines, "\n\n")
	if m.link != "" {
		text += "\n\n" + m.link
	}
	text += "\n\n" + i18n.Message(m.lang, "notify.mail_foot", nil)
	return c.d.Mail.Send(ctx, server, mail.Letter{
		To: to, Subject: clip(i18n.Message(m.lang, "notify.mail_subject", i18n.Params{"title": m.title, "line": strings.Join(strings.Fields(m.lines[0]), " ")}), 150), Text: text, ID: m.key + "@" + hostOf(server.From), Ready: p.turn.take,
	})
}

// orNothing gives errNothing where a row is missing, or no error says more.
func orNothing(err error) error {
	if err == nil || sqldb.IsNoRows(err) {
		return errNothing
	}
	return err
}

// hostOf gives the host of an address, with or without a name.
func hostOf(from string) string {
	_, host, _ := strings.Cut(from, "@")
	host = strings.TrimRight(host, "> ")
	if host == "" {
		return "localhost"
	}
	return host
}

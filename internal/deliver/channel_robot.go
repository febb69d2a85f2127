package deliver

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// robotChannel speaks in chat groups by the webhooks of 企业微信, 钉钉 and 飞书.
type robotChannel struct{ d *Service }

// robotService is how the robots of one chat are spoken to.
type robotService struct {
	most int // bytes of a text
	// request gives the address and the body of a message, signed as of now when there is a secret.
	request func(to RobotSecret, text string, now time.Time) (address string, body any, err error)
}

// robotServices are the chats.
var robotServices = map[string]*robotService{
	"wecom":    {most: 2000, request: wecomRequest},
	"dingtalk": {most: 18_000, request: dingtalkRequest},
	"feishu":   {most: 18_000, request: feishuRequest},
}

// RobotServices gives the names of the chats.
func RobotServices() []string { return []string{"wecom", "dingtalk", "feishu"} }

// wecomRequest: the key in the address is all there is (developer.work.weixin.qq.com/document/path/91770).
func wecomRequest(to RobotSecret, text string, _ time.Time) (string, any, error) {
	return to.Address, map[string]any{"msgtype": "text", "text": map[string]string{"content": text}}, nil
}

// dingtalkRequest signs in the address: HMAC-SHA256 of "milliseconds\nsecret" by the secret
// (open.dingtalk.com/document/robots/customize-robot-security-settings).
func dingtalkRequest(to RobotSecret, text string, now time.Time) (string, any, error) {
	body := map[string]any{"msgtype": "text", "text": map[string]string{"content": text}}
	if to.Secret == "" {
		return to.Address, body, nil
	}
	u, err := url.Parse(to.Address)
	if err != nil {
		return "", nil, errs.New(errs.Invalid, "notify.address")
	}
	stamp := strconv.FormatInt(now.UnixMilli(), 10)
	q := u.Query()
	q.Set("timestamp", stamp)
	q.Set("sign", signed(to.Secret, stamp+"\n"+to.Secret))
	u.RawQuery = q.Encode()
	return u.String(), body, nil
}

// feishuRequest signs in the body: HMAC-SHA256 of nothing by "seconds\nsecret"
// (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot). A text calls everybody by a tag, which is none here: what
// people write is in it.
func feishuRequest(to RobotSecret, text string, now time.Time) (string, any, error) {
	body := map[string]any{"msg_type": "text", "content": map[string]string{"text": strings.ReplaceAll(text, "<", "＜")}}
	if to.Secret != "" {
		stamp := strconv.FormatInt(now.Unix(), 10)
		body["timestamp"], body["sign"] = stamp, signed(stamp+"\n"+to.Secret, "")
	}
	return to.Address, body, nil
}

func signed(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// send says in a group what people of the department were told.
func (c robotChannel) send(ctx context.Context, p *parcel) error {
	var to RobotSecret
	var r *Robot
	err := c.d.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		r, err = c.d.robot(ctx, tx, p.target, &to)
		return err
	})
	if errs.Is(err, errs.NotFound) || err == nil && !r.Active {
		return errNothing
	}
	if err != nil {
		return err
	}
	lines, err := c.d.groupLines(ctx, r, p.notes)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return errNothing
	}
	m := &message{key: p.id.String(), lang: r.Language, lines: lines, path: "/"}
	m.finish(c.d.Origin)
	if m.link != "" {
		m.lines = append(m.lines, m.link)
	}
	if err := p.turn.take(ctx); err != nil {
		return err
	}
	return c.d.speak(ctx, r, to, m)
}

// groupLines gives a line for each note: what it is about and who was told; with Titles, what it says to them.
func (d *Service) groupLines(ctx context.Context, r *Robot, notes []*notify.Told) ([]string, error) {
	texts := map[id.ID]Said{}
	names := map[id.ID]string{}
	for _, n := range notes {
		if _, known := names[n.To]; known {
			continue
		}
		reader, err := d.reader(ctx, n.To)
		if errors.Is(err, errNothing) {
			names[n.To] = ""
			continue
		}
		if err != nil {
			return nil, err
		}
		names[n.To], reader.Lang = reader.Name, r.Language
		var said []Said
		err = d.store.Read(ctx, reader, func(s *record.Session) (err error) {
			said, err = d.Say(ctx, s, notesTo(notes, n.To))
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, one := range said {
			texts[one.ID] = one
		}
	}
	var lines []string
	for _, n := range notes {
		said, visible := texts[n.ID]
		if !visible {
			continue
		}
		key := "notify.group"
		if r.Titles {
			key = "notify.group_title"
		}
		lines = append(lines, i18n.Message(r.Language, key, i18n.Params{"who": names[n.To], "kind": said.Label, "text": said.Text}))
	}
	return lines, nil
}

func notesTo(notes []*notify.Told, to id.ID) (out []*notify.Told) {
	for _, n := range notes {
		if n.To == to {
			out = append(out, n)
		}
	}
	return out
}

// TestRobot says in the group that it works, for whoever sets the robot up to see.
func (d *Service) TestRobot(ctx context.Context, by *access.Actor, x id.ID) error {
	if err := mayRobots(by, access.Edit); err != nil {
		return err
	}
	var to RobotSecret
	var r *Robot
	err := d.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		r, err = d.robot(ctx, tx, x, &to)
		return err
	})
	if err != nil {
		return err
	}
	m := &message{key: d.db.NewID().String(), lang: r.Language, lines: []string{i18n.Message(r.Language, "notify.robot_test", i18n.Params{"name": r.Name})}}
	return d.speak(ctx, r, to, m)
}

// speak sends a message to a robot and reads whether it was taken. The key stands in a header: the chats have no way to
// know a repetition, what stands between may.
func (d *Service) speak(ctx context.Context, r *Robot, to RobotSecret, m *message) error {
	service := robotServices[r.Service]
	if service == nil || to.Address == "" {
		return errs.New(errs.Invalid, "notify.address")
	}
	now := time.Now() //nolint:forbidigo // what is signed is compared with the receiver's clock
	address, body, err := service.request(to, clip(strings.Join(m.lines, "\n"), service.most), now)
	if err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		return errs.New(errs.Invalid, "notify.address")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Idempotency-Key", m.key)
	res, err := d.Outbound.HTTP().Do(req)
	if err != nil {
		return unreached(withoutAddress(err))
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(res.Body, answerBytes))
	return taken(res.StatusCode, said)
}

// withoutAddress takes the address, which holds the key, out of an error.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// taken reads the answer of a robot: a code of zero is yes, whatever the status says.
func taken(status int, said []byte) error {
	var answer struct {
		ErrCode *int   `json:"errcode"` // 企业微信, 钉钉
		ErrMsg  string `json:"errmsg"`
		Code    *int   `json:"code"` // 飞书
		Msg     string `json:"msg"`
	}
	_ = json.Unmarshal(said, &answer) // what is no JSON says no yes
	for _, code := range []*int{answer.ErrCode, answer.Code} {
		if code != nil && *code == 0 && status < http.StatusBadRequest {
			return nil
		}
		if code != nil {
			return errs.New(errs.Unavailable, "notify.refused", "status", *code, "answer", clip(answer.ErrMsg+answer.Msg, 300))
		}
	}
	return errs.New(errs.Unavailable, "notify.refused", "status", status, "answer", clip(string(said), 300))
}

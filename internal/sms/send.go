package sms

import (
	"context"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // gateways ask for it; the connection is what protects the request
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the same
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"genjin/internal/cn/phone"
	"genjin/internal/errs"
)

// Hows are the ways in which a value is worked out, and Forms how it is written.
var (
	Hows  = []string{"plain", "md5", "sha1", "sha256", "hmac-md5", "hmac-sha1", "hmac-sha256"}
	Forms = []string{"hex", "HEX", "base64"}
)

var hashes = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New}

// Answer is what the gateway said.
type Answer struct {
	Status   int
	Text     string // the beginning, without secrets
	Accepted bool
}

const (
	answerBytes  = 64 << 10
	answerShown  = 2000
	codeLasts    = 10 * time.Minute
	nonceBytes   = 16
	compactStamp = "20060102150405"
)

// values gives what the names in templates stand for in one message.
func (g *Gateway) values(to phone.Number, code string, now time.Time) map[string]string {
	var random [nonceBytes]byte
	_, _ = rand.Read(random[:]) // never fails: the program would end
	digits := strings.TrimPrefix(to.E164, "+")
	v := map[string]string{
		"phone": strings.TrimPrefix(digits, "86"), "phone_digits": digits, "phone_e164": to.E164,
		"code": code, "minutes": strconv.Itoa(int(codeLasts / time.Minute)), "signature": g.Signature,
		"timestamp": strconv.FormatInt(now.Unix(), 10), "timestamp_ms": strconv.FormatInt(now.UnixMilli(), 10),
		"time": now.UTC().Format(time.RFC3339), "time_local": now.Format(compactStamp),
		"nonce": hex.EncodeToString(random[:]), "random": strconv.Itoa(int(binary.BigEndian.Uint32(random[:]) % 1_000_000_000)),
	}
	if to.Kind != phone.Mobile {
		v["phone"] = digits
	}
	for _, s := range g.Secrets {
		if s.Value != nil {
			v["secret."+s.Name] = *s.Value
		}
	}
	v["text"] = template(g.Text).fill(v, asIs)
	for _, c := range g.Computed {
		v["sign."+c.Name] = c.value(v)
	}
	return v
}

// value works a value out.
func (c *Computed) value(values map[string]string) string {
	over := []byte(template(c.Text).fill(values, asIs))
	if keyed, is := strings.CutPrefix(c.How, "hmac-"); is && hashes[keyed] != nil {
		h := hmac.New(hashes[keyed], []byte(template(c.Key).fill(values, asIs)))
		h.Write(over)
		over = h.Sum(nil)
	} else if hashes[c.How] != nil {
		h := hashes[c.How]()
		h.Write(over)
		over = h.Sum(nil)
	}
	switch c.Form {
	case "HEX":
		return strings.ToUpper(hex.EncodeToString(over))
	case "base64":
		return base64.StdEncoding.EncodeToString(over)
	}
	return hex.EncodeToString(over)
}

// request makes the request of one message.
func (g *Gateway) request(ctx context.Context, values map[string]string) (*http.Request, error) {
	write, kind := inJSON, "application/json; charset=utf-8"
	if g.Format == FormatForm {
		write, kind = inAddress, "application/x-www-form-urlencoded; charset=utf-8"
	}
	body := template(g.Body).fill(values, write)
	req, err := http.NewRequestWithContext(ctx, g.Method, template(g.Address).fill(values, inAddress), strings.NewReader(body))
	if err != nil {
		return nil, errs.New(errs.Invalid, "sms.address")
	}
	if body != "" {
		req.Header.Set("Content-Type", kind)
	}
	for _, h := range g.Headers {
		req.Header.Set(h.Name, inHeader(template(h.Value).fill(values, asIs)))
	}
	return req, nil
}

// deliver hands a message to the gateway. A redirect is not followed: it would take the secrets elsewhere.
func (v *Service) deliver(ctx context.Context, g *Gateway, to phone.Number, code string) (Answer, error) {
	now := time.Now().In(v.store.Zone()) //nolint:forbidigo // what is signed is compared with the receiver's clock
	req, err := g.request(ctx, g.values(to, code, now))
	if err != nil {
		return Answer{}, err
	}
	client := *v.Outbound.HTTP()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil {
		return Answer{}, unreached(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, answerBytes))
	if err != nil {
		return Answer{}, unreached(err)
	}
	a := Answer{Status: res.StatusCode, Text: g.shown(string(said))}
	a.Accepted = res.StatusCode >= 200 && res.StatusCode < 300 && g.Success.in(said)
	return a, nil
}

// unreached says that the gateway could not be asked, without its address, which may hold a secret. What bars the way
// says so itself.
func unreached(err error) error {
	if known, ok := errs.As(err); ok {
		return known
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return errors.Join(errs.New(errs.Unavailable, "sms.unreached"), err)
}

// shown gives the beginning of an answer for people to read: gateways repeat what they were told, secrets too.
func (g *Gateway) shown(said string) string {
	said = strings.ToValidUTF8(said, "\uFFFD")
	for _, s := range g.Secrets {
		if s.Value != nil && *s.Value != "" {
			for _, form := range []string{*s.Value, inJSON(*s.Value), inAddress(*s.Value)} {
				said = strings.ReplaceAll(said, form, "██")
			}
		}
	}
	if rs := []rune(said); len(rs) > answerShown {
		return string(rs[:answerShown])
	}
	return said
}

// in reports whether an answer says that the message was taken.
func (s *Success) in(said []byte) bool {
	wanted := strings.FieldsFunc(s.Equals, func(c rune) bool { return c == ',' || c == '，' })
	if len(wanted) == 0 {
		return true
	}
	if s.Path == "" {
		text := strings.TrimSpace(string(said))
		return slices.ContainsFunc(wanted, func(w string) bool { return strings.HasPrefix(text, strings.TrimSpace(w)) })
	}
	value, found := lookUp(said, s.Path)
	return found && slices.ContainsFunc(wanted, func(w string) bool { return strings.TrimSpace(w) == value })
}

// lookUp gives the value in a JSON text to which a path of names and positions leads, as a text.
func lookUp(said []byte, path string) (string, bool) {
	d := json.NewDecoder(strings.NewReader(string(said)))
	d.UseNumber()
	var at any
	if d.Decode(&at) != nil {
		return "", false
	}
	for step := range strings.SplitSeq(path, ".") {
		switch in := at.(type) {
		case map[string]any:
			at = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return "", false
			}
			at = in[i]
		default:
			return "", false
		}
	}
	switch value := at.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}

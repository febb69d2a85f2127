package matrix

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"genjin/internal/access"
	"genjin/internal/audit"
	cnphone "genjin/internal/cn/phone"
	"genjin/internal/entity"
	"genjin/internal/matrix/policy"
	"genjin/internal/record"
	"genjin/internal/sms"
)

// smsGateway is a gateway for text messages on this machine. It keeps the code that it was asked to send last.
type smsGateway struct {
	*httptest.Server
	mu   sync.Mutex
	code string
}

func (g *smsGateway) last() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.code
}

// connect gives the company a gateway.
func (w *world) connect() {
	g := &smsGateway{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.code, _, _ = strings.Cut(string(body), " ")
	}))
	w.t.Cleanup(g.Close)
	w.sms = g
	ctx := w.t.Context()
	w.must(w.app.Store.Write(ctx, access.System("matrix"), audit.Rule, func(s *record.Session) error {
		return w.app.SMS.SetGateway(ctx, s, w.gatewayOf("{{code}} {{phone}}"))
	}))
}

func (w *world) gatewayOf(body string) sms.Gateway {
	address := strings.Replace(w.sms.URL, "127.0.0.1", "localhost", 1)
	return sms.Gateway{Active: true, Method: http.MethodPost, Address: address, Format: sms.FormatForm, Body: body}
}

// numberField gives the field of an entity whose numbers can be verified.
func numberField(def *entity.Def) string {
	i := slices.IndexFunc(def.Fields, func(f *entity.Field) bool { return f.VerifiedBy != "" })
	return def.Fields[i].Name
}

// getsCodes reports whether a code can be sent to the number of a record.
func (w *world) getsCodes(x *thing, field string) bool {
	number, _ := w.stored[x.id].values[field].(string)
	n, err := cnphone.ParseOne(number)
	return err == nil && n.Kind == cnphone.Mobile
}

// verifies reports whether somebody may verify the number of a record: who may edit it and sees the number in full.
func (w *world) verifies(s *subject, x *thing, field string) bool {
	closed := w.stored[x.id].values["converted_at"] != nil && s.isPerson() // at the screen nobody changes a lead that became a customer
	return !closed && w.policy.Does(s.who, "edit", x.id) && w.policy.Reads(s.who, x.id, field) == policy.Full && w.getsCodes(x, field)
}

func sendCodeTrials(w *world, op operation) []trial {
	field := numberField(op.def)
	return onEach(w, op, func(s *subject, x *thing) trial {
		body := map[string]any{"field": field}
		return trial{
			call: post(op.byID(x.id), body), never: post(op.byID(neverWas), body), want: w.allowed(s, x.id, w.verifies(s, x, field)), may: counting("sms_code"),
		}
	})
}

// confirmCodeTrials enter the right code, which only who may verify the number gets taken.
func confirmCodeTrials(w *world, op operation) []trial {
	field := numberField(op.def)
	admin := w.subject("admin")
	return onEach(w, op, func(s *subject, x *thing) trial {
		body := map[string]any{"field": field, "code": "123456"}
		m := w.touching(op.def.Name, x.id)
		m.other = func(c rowChange) bool { return c.table == "sms_code" && !c.added() && !c.removed() }
		t := trial{
			call: post(op.byID(x.id), body), never: post(op.byID(neverWas), body), want: w.allowed(s, x.id, w.verifies(s, x, field)), may: m,
		}
		if w.verifies(admin, x, field) {
			order := post(strings.TrimSuffix(op.byID(x.id), "/confirm"), map[string]any{"field": field})
			t.first = []step{{admin, order, func(_ answer, t *trial) {
				t.call = post(op.byID(x.id), map[string]any{"field": field, "code": w.sms.last()})
			}}}
		} else if t.want == works { // nobody sent a code
			t.want = open
		}
		return t
	})
}

// gatewayTrials look after the gateway of the company.
func gatewayTrials(w *world, op operation) []trial {
	action, body := "edit", any(nil)
	switch op.id {
	case "sms-settings":
		action = "view"
	case "set-sms":
		body = map[string]any{
			"active": true, "method": "POST", "address": w.gatewayOf("").Address, "headers": []any{}, "format": "form", "body": "{{code}}{{phone}}" + w.gen.fresh(),
			"signature": "", "message": "", "secrets": []any{}, "computed": []any{}, "success": map[string]any{"path": "", "equals": ""}, "abroad": false,
		}
	case "test-sms":
		body = map[string]any{"phone": fmt.Sprint(13_800_138_000)}
	}
	return each(w, op, func(s *subject) trial {
		t := trial{about: "of the company", call: call{method: op.method, path: op.path, body: body}, want: refused, may: counting("sealed_setting", "sms_code")}
		if w.policy.May(s.who, "setting", action) && s.isPerson() {
			t.want = works
		}
		return t
	})
}

package api

import (
	"context"
	"net/http"

	"genjin/internal/record"
	"genjin/internal/sms"
)

// SMSSettings are those of the gateway for text messages.
type SMSSettings struct {
	Gateway *SMSGateway `json:"gateway" doc:"null without one"`
}

// SMSGateway is how the gateway is spoken to. Texts with {{names}} are templates, see docs/howto/connect-an-sms-gateway.md.
type SMSGateway struct {
	Active    bool          `json:"active" doc:"Codes can be sent"`
	Method    string        `json:"method" enum:"GET,POST"`
	Address   string        `json:"address" maxLength:"4000"`
	Headers   []SMSHeader   `json:"headers" nullable:"false"`
	Format    string        `json:"format" enum:"json,form" doc:"How values are written in the body"`
	Body      string        `json:"body" maxLength:"4000"`
	Signature string        `json:"signature" maxLength:"4000"`
	Message   string        `json:"message" maxLength:"4000" doc:"What {{text}} stands for"`
	Secrets   []SMSSecret   `json:"secrets" nullable:"false"`
	Computed  []SMSComputed `json:"computed" nullable:"false"`
	Success   SMSSuccess    `json:"success"`
	Abroad    bool          `json:"abroad" doc:"Codes go to numbers outside the mainland, too"`
	PerHour   int           `json:"per_hour,omitempty" doc:"Messages in all; 200 when missing"`
	PerDay    int           `json:"per_day,omitempty" doc:"Messages in all; 1000 when missing"`
}

// SMSHeader is a header of the request.
type SMSHeader struct {
	Name  string `json:"name" maxLength:"100"`
	Value string `json:"value" maxLength:"4000"`
}

// SMSSecret is a value that is kept sealed, for {{secret.name}}.
type SMSSecret struct {
	Name  string  `json:"name" maxLength:"40"`
	Value *string `json:"value,omitempty" maxLength:"4000" doc:"Never given; missing leaves it as it is, as long as the gateway's host is the same"`
}

// SMSComputed is a value worked out for each request, for {{sign.name}}.
type SMSComputed struct {
	Name string `json:"name" maxLength:"40"`
	How  string `json:"how" enum:"plain,md5,sha1,sha256,hmac-md5,hmac-sha1,hmac-sha256"`
	Key  string `json:"key,omitempty" maxLength:"4000" doc:"Of an HMAC"`
	Over string `json:"over" maxLength:"4000" doc:"What is signed"`
	Form string `json:"form" enum:"hex,HEX,base64"`
}

// SMSSuccess is how an answer with a status of 2xx tells that the message was taken.
type SMSSuccess struct {
	Path   string `json:"path" maxLength:"200" doc:"To a value in JSON, as code or SendStatusSet.0.Code; empty for the beginning of the answer"`
	Equals string `json:"equals" maxLength:"200" doc:"What it has to be, several by comma; empty when the status is enough"`
}

// TestSMS names the number that a test goes to.
type TestSMS struct {
	Phone string `json:"phone" maxLength:"60"`
}

// TestedSMS is what the gateway answered.
type TestedSMS struct {
	Accepted bool   `json:"accepted"`
	Status   int    `json:"status"`
	Answer   string `json:"answer" doc:"Its beginning, without secrets"`
}

type smsAnswer struct{ Body SMSSettings }

// onGateway describes an operation on the gateway.
func onGateway(method, path, name, does, summary string) Op {
	return Op{Method: method, Path: path, ID: name, Summary: summary, Does: does, Object: "sms_gateway", Scope: "setting", Person: true, Confirm: "setting:edit"}
}

func (a *API) gatewayOperations() {
	look := onGateway(http.MethodGet, "/sms", "sms-settings", "get", "The gateway for text messages")
	look.Confirm = ""
	handle(a, look, func(ctx context.Context, rq *Request, _ *struct{}) (*smsAnswer, error) { return a.smsSettings(ctx, rq) })
	handle(a, onGateway(http.MethodPut, "/sms", "set-sms", "update", "Set the gateway for text messages"),
		func(ctx context.Context, rq *Request, in *struct{ Body SMSGateway }) (*smsAnswer, error) {
			err := a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) error { return a.SMS.SetGateway(ctx, s, in.Body.gateway()) })
			if err != nil {
				return nil, err
			}
			return a.smsSettings(ctx, rq)
		})
	handle(a, onGateway(http.MethodDelete, "/sms", "remove-sms", "delete", "Forget the gateway for text messages").noBody(),
		func(ctx context.Context, rq *Request, _ *struct{}) (*struct{}, error) {
			return nil, a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) error { return a.SMS.DropGateway(ctx, s) })
		})
	handle(a, onGateway(http.MethodPost, "/sms/test", "test-sms", "test", "Send a code as a test, and see what the gateway answers"), a.testSMS)
}

// testSMS sends a message and gives the answer of the gateway, whatever it is.
func (a *API) testSMS(ctx context.Context, rq *Request, in *struct{ Body TestSMS }) (*struct{ Body TestedSMS }, error) {
	var order *sms.Order
	err := a.Store.Write(ctx, rq.Actor, rq.Origin(), func(s *record.Session) (err error) {
		order, err = a.SMS.OrderTest(ctx, s, in.Body.Phone)
		return err
	})
	if err != nil {
		return nil, err
	}
	said, err := a.SMS.Send(ctx, order)
	if err != nil {
		return nil, err
	}
	return &struct{ Body TestedSMS }{TestedSMS{said.Accepted, said.Status, said.Text}}, nil
}

func (a *API) smsSettings(ctx context.Context, rq *Request) (*smsAnswer, error) {
	out := &smsAnswer{}
	return out, a.read(ctx, rq, func(s *record.Session) error {
		g, err := a.SMS.Gateway(ctx, s)
		if g != nil {
			out.Body.Gateway = gatewayOf(g)
		}
		return err
	})
}

func (b *SMSGateway) gateway() sms.Gateway {
	g := sms.Gateway{
		Active: b.Active, Method: b.Method, Address: b.Address, Format: b.Format, Body: b.Body, Signature: b.Signature, Text: b.Message,
		Success: sms.Success(b.Success), Abroad: b.Abroad, PerHour: b.PerHour, PerDay: b.PerDay,
	}
	for _, h := range b.Headers {
		g.Headers = append(g.Headers, sms.Header(h))
	}
	for _, s := range b.Secrets {
		g.Secrets = append(g.Secrets, sms.Secret(s))
	}
	for _, c := range b.Computed {
		g.Computed = append(g.Computed, sms.Computed{Name: c.Name, How: c.How, Key: c.Key, Text: c.Over, Form: c.Form})
	}
	return g
}

func gatewayOf(g *sms.Gateway) *SMSGateway {
	b := &SMSGateway{
		Active: g.Active, Method: g.Method, Address: g.Address, Format: g.Format, Body: g.Body, Signature: g.Signature, Message: g.Text,
		Success: SMSSuccess(g.Success), Abroad: g.Abroad, PerHour: g.PerHour, PerDay: g.PerDay,
		Headers: []SMSHeader{}, Secrets: []SMSSecret{}, Computed: []SMSComputed{},
	}
	for _, h := range g.Headers {
		b.Headers = append(b.Headers, SMSHeader(h))
	}
	for _, s := range g.Secrets {
		b.Secrets = append(b.Secrets, SMSSecret(s))
	}
	for _, c := range g.Computed {
		b.Computed = append(b.Computed, SMSComputed{c.Name, c.How, c.Key, c.Text, c.Form})
	}
	return b
}

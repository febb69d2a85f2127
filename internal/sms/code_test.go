package sms

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

func TestVerifying(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	if got := o.gateway.last(t); !strings.Contains(got.body, `"to":"13800138000"`) || !strings.Contains(got.body, `"key":"geheim"`) {
		t.Errorf("the gateway was told %s", got.body)
	}
	if p := o.load(o.contact); !p.MobileProof.IsZero() {
		t.Error("sending verified the number")
	}
	o.Must(o.confirm(o.Admin, o.contact, o.code()))
	if p := o.load(o.contact); !p.MobileProof.Equal(o.Clock.Now()) {
		t.Errorf("verified at %v", p.MobileProof)
	}
	if key := keyOf(o.confirm(o.Admin, o.contact, o.code())); key != "sms.no_code" {
		t.Errorf("the code was good twice: %q", key)
	}
	if key := keyOf(o.order(o.Admin, o.contact)); key != "sms.verified" {
		t.Errorf("another code for a number that is verified: %q", key)
	}
}

func TestCodesRunOut(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(o *office)
		code      func(sent string) string
		want      string
	}{
		"in time":      {func(o *office) { o.Clock.Advance(codeLasts - time.Second) }, nil, ""},
		"too late":     {func(o *office) { o.Clock.Advance(codeLasts) }, nil, "sms.no_code"},
		"with spaces":  {nil, func(sent string) string { return " " + sent[:3] + " " + sent[3:] }, ""},
		"full width":   {nil, func(sent string) string { return string('０'+rune(sent[0]-'0')) + sent[1:] }, ""},
		"wrong":        {nil, other, "sms.wrong"},
		"no code":      {nil, func(string) string { return "12345" }, "sms.six"},
		"no digits":    {nil, func(string) string { return "abcdef" }, "sms.six"},
		"of before":    {func(o *office) { o.Clock.Advance(resendAfter); o.Must(o.order(o.Admin, o.contact)) }, nil, "sms.wrong"},
		"after a test": {func(o *office) { o.Clock.Advance(resendAfter); o.Must(o.test("13800138000")) }, nil, ""},
		"number changed": {func(o *office) {
			o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
				return s.UpdateOne(ctx, "contact", o.contact, 0, record.Values{"mobile": "13900139000"})
			}))
		}, nil, "sms.no_code"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.Must(o.order(o.Admin, o.contact))
			code := o.code()
			if tt.meanwhile != nil {
				tt.meanwhile(o)
			}
			if tt.code != nil {
				code = tt.code(code)
			}
			if got := keyOf(o.confirm(o.Admin, o.contact, code)); got != tt.want {
				t.Errorf("%q", got)
			}
			if verified := !o.load(o.contact).MobileProof.IsZero(); verified != (tt.want == "") {
				t.Errorf("verified: %v", verified)
			}
		})
	}
}

// test sends a test to a number.
func (o *office) test(number string) error {
	var order *Order
	err := o.Do(o.Admin, func(ctx context.Context, s *record.Session) (err error) {
		order, err = o.v.OrderTest(ctx, s, number)
		return err
	})
	if err == nil {
		_, err = o.v.Send(o.T.Context(), order)
	}
	return err
}

func TestGuessingCodes(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	code := o.code()
	for left := mostGuesses - 1; left > 0; left-- {
		err := o.confirm(o.Admin, o.contact, other(code))
		if e, _ := errs.As(err); keyOf(err) != "sms.wrong" || e.Fields[0].Params["left"] != left {
			t.Fatalf("%v", err)
		}
	}
	if key := keyOf(o.confirm(o.Admin, o.contact, other(code))); key != "sms.over" {
		t.Errorf("the fifth guess: %q", key)
	}
	if key := keyOf(o.confirm(o.Admin, o.contact, code)); key != "sms.no_code" {
		t.Errorf("the code after five guesses: %q", key)
	}
}

// TestGuessingCodesAtOnce: guesses at the same time are no more guesses than one after the other.
func TestGuessingCodesAtOnce(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	code := o.code()
	tally := map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			key := keyOf(o.confirm(o.Admin, o.contact, other(code)))
			mu.Lock()
			defer mu.Unlock()
			tally[key]++
		})
	}
	all.Wait()
	if tally["sms.wrong"] != mostGuesses-1 || tally["sms.over"] != 1 || tally["sms.no_code"] != 20-mostGuesses {
		t.Errorf("%v", tally)
	}
}

func TestOneConfirmationWins(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	code := o.code()
	tally := map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			key := keyOf(o.confirm(o.Admin, o.contact, code))
			mu.Lock()
			defer mu.Unlock()
			tally[key]++
		})
	}
	all.Wait()
	if tally[""] != 1 || tally["sms.no_code"] != 9 {
		t.Errorf("%v", tally)
	}
}

func TestACodeIsForOneRecord(t *testing.T) {
	o := newOffice(t)
	twin := o.person("13800138000")
	o.Must(o.order(o.Admin, o.contact))
	if key := keyOf(o.confirm(o.Admin, twin, o.code())); key != "sms.no_code" {
		t.Errorf("%q", key)
	}
	o.Must(o.Store.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE sms_code SET record_id = ?`, twin) // who can write into the database moves it
		return err
	}))
	if key := keyOf(o.confirm(o.Admin, twin, o.code())); key != "sms.wrong" {
		t.Errorf("%q", key)
	}
}

func TestSMSBombing(t *testing.T) {
	day := 24 * time.Hour
	for name, tt := range map[string]struct {
		bounds func(g *Gateway)
		send   func(o *office, i int) error
		times  []time.Duration // how long is waited before each
		want   []string
	}{
		"one number": {
			send:  func(o *office, _ int) error { return o.order(o.Admin, o.contact) },
			times: []time.Duration{0, 59 * time.Second, time.Second, time.Minute, time.Minute, time.Hour - 4*time.Minute, time.Minute, time.Hour, time.Hour, day - 4*time.Hour - time.Minute, 2 * time.Hour},
			want:  []string{"", "sms.wait", "", "", "sms.limit_number", "sms.limit_number", "", "", "sms.limit_number", "sms.limit_number", ""},
		},
		"one number on many records": {
			send:  func(o *office, _ int) error { return o.order(o.Admin, o.person("13800138000")) },
			times: []time.Duration{0, 0, time.Minute},
			want:  []string{"", "sms.wait", ""},
		},
		"one number by many": {
			send:  func(o *office, i int) error { return o.test("13800138000") },
			times: []time.Duration{0, 0},
			want:  []string{"", "sms.wait"},
		},
		"all": {
			bounds: func(g *Gateway) { g.PerHour, g.PerDay = 2, 3 },
			send:   func(o *office, i int) error { return o.order(o.Admin, o.person("1380013800"+string(rune('0'+i)))) },
			times:  []time.Duration{0, 0, 0, time.Hour, 0, day - time.Hour},
			want:   []string{"", "", "sms.limit_all", "", "sms.limit_all", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if tt.bounds != nil {
				g := o.gateway.usual()
				tt.bounds(&g)
				o.set(g)
			}
			came := 0
			for i, wait := range tt.times {
				o.Clock.Advance(wait)
				if got := keyOf(tt.send(o, i)); got != tt.want[i] {
					t.Errorf("%d: %q, not %q", i, got, tt.want[i])
				} else if got == "" {
					came++
				}
			}
			if o.gateway.count() != came {
				t.Errorf("%d messages went out", o.gateway.count())
			}
		})
	}
}

func TestOneUserSendsNoMore(t *testing.T) {
	o := newOffice(t)
	for i := range 21 {
		err := o.order(o.Admin, o.person("138001380"+string(rune('0'+i/10))+string(rune('0'+i%10))))
		if want := map[bool]string{true: "sms.limit_user"}[i == 20]; keyOf(err) != want {
			t.Fatalf("%d: %v", i, err)
		}
		if e, _ := errs.As(err); i == 20 && (e.Params["at"] != "03-10 11:00" || e.Params["seconds"] != 3600 || e.Kind != errs.TooMany) {
			t.Errorf("%+v", e)
		}
	}
}

// TestOrdersAtOnce: requests at the same time do not outrun the limits.
func TestOrdersAtOnce(t *testing.T) {
	o := newOffice(t)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { _ = o.order(o.Admin, o.contact) })
	}
	all.Wait()
	if n := o.gateway.count(); n != 1 {
		t.Errorf("%d messages went out", n)
	}
}

func TestWhoMayVerify(t *testing.T) {
	o := newOffice(t)
	rep := o.rep("rep")
	if err := o.order(rep, o.contact); !errs.Is(err, errs.NotFound) {
		t.Errorf("of a record out of sight: %v", err)
	}
	masked := *o.Admin
	masked.Masked, masked.SeesPrivate = true, false
	for name, by := range map[string]*access.Actor{"who sees it masked": &masked} {
		if err := o.order(by, o.contact); !errs.Is(err, errs.Denied) {
			t.Errorf("%s sends: %v", name, err)
		}
		if err := o.confirm(by, o.contact, "123456"); !errs.Is(err, errs.Denied) {
			t.Errorf("%s confirms: %v", name, err)
		}
	}
	o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "contact", o.contact, 0) }))
	if err := o.order(o.Admin, o.contact); !errs.Is(err, errs.Conflict) {
		t.Errorf("of an archived record: %v", err)
	}
}

func TestWhichNumbersGetCodes(t *testing.T) {
	o := newOffice(t)
	for number, want := range map[string]string{
		"13800138000": "", "010-62552288": "sms.no_mobile", "95588": "sms.no_mobile", "138****8000": "sms.no_mobile", "+1 650-253-0000": "sms.abroad",
	} {
		if got := keyOf(o.order(o.Admin, o.person(number))); got != want {
			t.Errorf("%s: %q", number, got)
		}
	}
	g := o.gateway.usual()
	g.Abroad = true
	o.set(g)
	o.Must(o.order(o.Admin, o.person("+1 650-253-0000")))
	if got := o.gateway.last(t); !strings.Contains(got.body, `"to":"16502530000"`) {
		t.Error(got.body)
	}
}

func TestWithoutAGateway(t *testing.T) {
	o := newOffice(t)
	g := o.gateway.usual()
	g.Active = false
	o.set(g)
	if key := keyOf(o.order(o.Admin, o.contact)); key != "sms.none" {
		t.Errorf("switched off: %q", key)
	}
	o.Must(o.test("13900139000")) // an administrator tries it out first
	o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error { return o.v.DropGateway(ctx, s) }))
	if key := keyOf(o.order(o.Admin, o.contact)); key != "sms.none" {
		t.Errorf("removed: %q", key)
	}
}

// TestTheLogTellsOfCodes: who sent one, when, and where to, but for the middle of the number; and that it was verified.
func TestTheLogTellsOfCodes(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	o.Must(o.confirm(o.Admin, o.contact, o.code()))
	var entries []audit.Entry
	o.Must(o.Store.DB().Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		entries, err = audit.OfRecord(t.Context(), tx, o.contact, 0, 2)
		return err
	}))
	sent := entries[1]
	if sent.Action != "send_code" || sent.User != o.Admin.ID || !sent.At.Equal(o.Clock.Now()) || len(sent.Changes) != 1 || sent.Changes[0].New != "138****8000" {
		t.Errorf("%+v", sent)
	}
	if done := entries[0]; done.Action != "verify" || done.Changes[0].Field != "mobile_verified_at" {
		t.Errorf("%+v", done)
	}
}

// TestCodesAreNotInTheDatabase: neither codes nor numbers can be read out of it.
func TestCodesAreNotInTheDatabase(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	var row []string
	o.Must(o.Store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		row = make([]string, 2)
		return tx.QueryRow(t.Context(), `SELECT number, code FROM sms_code`).Scan(&row[0], &row[1])
	}))
	if text := strings.Join(row, " "); strings.Contains(text, o.code()) || strings.Contains(text, "138001") || len(row[1]) < 20 {
		t.Error(text)
	}
	o.Clock.Advance(25 * time.Hour)
	o.Must(o.v.Clean(t.Context()))
	var n int
	o.Must(o.Store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM sms_code`).Scan(&n)
	}))
	if n != 0 {
		t.Errorf("%d are kept for ever", n)
	}
}

func (o *office) verified(x *crm.Contact) bool { return !o.load(x.ID).MobileProof.IsZero() }

// TestAnotherNumberIsNotVerified, whatever way it comes.
func TestAnotherNumberIsNotVerified(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	o.Must(o.confirm(o.Admin, o.contact, o.code()))
	p := o.load(o.contact)
	set := func(name string, values record.Values, want bool) {
		t.Helper()
		o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
			return s.UpdateOne(ctx, "contact", p.ID, 0, values)
		}))
		if o.verified(p) != want {
			t.Errorf("%s: verified %v", name, !want)
		}
	}
	set("another field", record.Values{"title": "经理"}, true)
	set("the same number, written otherwise", record.Values{"mobile": "+86 138-0013-8000"}, true)
	err := o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
		values, err := s.ParseValues("contact", map[string]json.RawMessage{"mobile_verified_at": []byte(`"2026-03-10T00:00:00Z"`)})
		if err != nil {
			return err
		}
		return s.UpdateOne(ctx, "contact", p.ID, 0, values)
	})
	if keyOf(err) != "field.read_only" {
		t.Errorf("somebody set it: %v", err)
	}
	set("another number", record.Values{"mobile": "13900139000"}, false)
	set("the first one again", record.Values{"mobile": "13800138000"}, false)
}

// TestUndoBringsBackWhatWasVerified, and verifies nothing else.
func TestUndoBringsBackWhatWasVerified(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile string // the number that somebody enters before the undo
		number    string
		verified  bool
	}{
		"at once":                  {"", "13800138000", true},
		"after a third number":     {"13700137000", "13700137000", false},
		"after the same was typed": {"13800138000", "13800138000", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.Must(o.order(o.Admin, o.contact))
			o.Must(o.confirm(o.Admin, o.contact, o.code()))
			batch := o.v.store.DB().NewID()
			o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
				s.Batch = batch
				return s.UpdateOne(ctx, "contact", o.contact, 0, record.Values{"mobile": "13900139000"})
			}))
			if tt.meanwhile != "" {
				o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
					return s.UpdateOne(ctx, "contact", o.contact, 0, record.Values{"mobile": tt.meanwhile})
				}))
			}
			o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
				_, err := s.Undo(ctx, batch)
				return err
			}))
			if p := o.load(o.contact); p.Mobile != tt.number || !p.MobileProof.IsZero() != tt.verified {
				t.Errorf("%s, verified %v", p.Mobile, p.MobileProof)
			}
		})
	}
}

// TestErasedPeopleAreNotVerified: of an erased contact neither the number nor that it was verified is left, nor, in the log,
// where a code went.
func TestErasedPeopleAreNotVerified(t *testing.T) {
	o := newOffice(t)
	o.Must(o.order(o.Admin, o.contact))
	o.Must(o.confirm(o.Admin, o.contact, o.code()))
	o.Must(o.Do(o.Admin, func(ctx context.Context, s *record.Session) error {
		return crm.ErasePerson(ctx, s, "contact", o.contact, "本人申请")
	}))
	if p := o.load(o.contact); p.Mobile != "" || !p.MobileProof.IsZero() {
		t.Errorf("%+v", p)
	}
	var entries []audit.Entry
	o.Must(o.Store.DB().Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		entries, err = audit.OfRecord(t.Context(), tx, o.contact, 0, 100)
		return err
	}))
	for _, e := range entries {
		for _, c := range e.Changes {
			if text, _ := c.New.(string); strings.Contains(text, "8000") {
				t.Errorf("%s still tells %s", e.Action, text)
			}
		}
	}
}

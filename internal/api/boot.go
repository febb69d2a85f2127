package api

import (
	"cmp"
	"context"
	"net/http"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Boot is what a page needs before it shows anything.
type Boot struct {
	SetupNeeded bool     `json:"setup_needed"`
	Company     string   `json:"company"`
	Version     string   `json:"version"`
	Languages   []string `json:"languages"`
	Zone        string   `json:"zone" doc:"The company's time zone, such as Asia/Shanghai"`
	Watermark   bool     `json:"watermark" doc:"The page bears its reader's name and the time"`
	User        *Me      `json:"user"`
	SignIn      *Ways    `json:"sign_in" doc:"How to sign in; null for who has"`
	Step        *Step    `json:"step" doc:"What is missing to be signed in; null for nothing"`
}

// Setup is the first administrator's answer to who they are.
type Setup struct {
	Company  string `json:"company" maxLength:"60"`
	Name     string `json:"name" maxLength:"40"`
	Login    string `json:"login" maxLength:"64"`
	Password string `json:"password" maxLength:"1000"`
	Language string `json:"language,omitempty" enum:"zh,en"`
	Demo     bool   `json:"demo,omitempty" doc:"Load the demonstration data"`
}

// SetupDone is the administrator, signed in, with the job that loads the demonstration data.
type SetupDone struct {
	Me
	Job id.ID `json:"job" doc:"Empty without demonstration data"`
}

func (a *API) bootOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/boot", ID: "boot", Summary: "What a page needs before it shows anything",
		Does: "get", Object: "boot", Scope: "public", Public: true,
	}, a.boot)
	handle(a, Op{
		Method: http.MethodPost, Path: "/setup", ID: "setup", Summary: "Make the company and its first administrator, once",
		Does: "create", Object: "boot", Scope: "public", Public: true, Status: http.StatusCreated, Gives: SetupDone{},
	}, a.setup)
}

func (a *API) boot(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body Boot }, error) {
	b := Boot{
		Version: a.Version, Company: a.Store.Schema().Setting(org.CompanyName),
		Languages: []string{string(i18n.ZH), string(i18n.EN)}, Zone: a.Store.Zone().String(),
		Watermark: a.Store.Schema().Setting(org.Watermark) != "",
	}
	err := a.identify(ctx, rq, false)
	if err != nil && !errs.Is(err, errs.Unauthenticated) && !errs.Is(err, errs.NotEnrolled) {
		return nil, err
	}
	if err != nil {
		if b.SignIn, b.Step, err = a.wayIn(ctx, rq, errs.Is(err, errs.NotEnrolled)); err != nil {
			return nil, err
		}
	}
	err = a.Store.DB().Read(ctx, func(tx *sqldb.Tx) (err error) {
		if b.SetupNeeded, err = setupNeeded(ctx, tx); err != nil {
			return err
		}
		if rq.Actor != nil {
			b.User, err = loadMe(ctx, tx, rq.Actor)
		}
		return err
	})
	return &struct{ Body Boot }{b}, err
}

func setupNeeded(ctx context.Context, tx *sqldb.Tx) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM account LIMIT 1) AS anybody`).Scan(&n)
	return n == 0, err
}

func (a *API) setup(ctx context.Context, rq *Request, in *struct{ Body Setup }) (*Answer, error) {
	v := in.Body
	v.Company, v.Name = text.Tidy(v.Company), text.Tidy(v.Name)
	if err := v.check(); err != nil {
		return nil, err
	}
	if err := a.Store.DB().Read(ctx, func(tx *sqldb.Tx) error { return refuseSetup(ctx, tx) }); err != nil {
		return nil, err // before the dear hash; asked again below
	}
	hash, err := a.Auth.Hash(ctx, v.Password)
	if err != nil {
		return nil, err
	}
	system := access.System("setup")
	system.Lang = cmp.Or(i18n.Lang(v.Language), rq.Lang)
	var answer *Answer
	err = a.Store.Write(ctx, system, audit.Screen, func(s *record.Session) error {
		answer, err = a.setUp(ctx, rq, s, v, hash)
		return err
	})
	return answer, err
}

func (v Setup) check() error {
	var problems errs.Fields
	if v.Company == "" {
		problems.Add("company", "field.required")
	}
	if v.Name == "" {
		problems.Add("name", "field.required")
	}
	if org.NormalLogin(v.Login) == "" {
		problems.Add("login", "field.required")
	}
	if e, bad := errs.As(auth.CheckPassword("password", v.Password, org.NormalLogin(v.Login), v.Name, v.Company)); bad {
		problems = append(problems, e.Fields...)
	}
	return problems.Err()
}

func refuseSetup(ctx context.Context, tx *sqldb.Tx) error {
	needed, err := setupNeeded(ctx, tx)
	if err == nil && !needed {
		return errs.New(errs.Conflict, "setup.done")
	}
	return err
}

// setUp makes what a company begins with.
func (a *API) setUp(ctx context.Context, rq *Request, s *record.Session, v Setup, hash string) (*Answer, error) {
	if err := s.Tx.Lock(ctx, "setup"); err != nil {
		return nil, err
	}
	if err := refuseSetup(ctx, s.Tx); err != nil {
		return nil, err
	}
	if err := s.SetSetting(ctx, org.CompanyName, v.Company); err != nil {
		return nil, err
	}
	user, err := firstAdmin(ctx, s, v)
	if err != nil {
		return nil, err
	}
	if err := a.Auth.StorePassword(ctx, s, user, hash, 0); err != nil {
		return nil, err
	}
	actor, err := org.LoadActor(ctx, s.Tx, user)
	if err != nil {
		return nil, err
	}
	done := SetupDone{}
	if v.Demo && a.Demo != nil {
		if done.Job, err = a.Demo(ctx, s.As(actor, s.Origin)); err != nil {
			return nil, err
		}
	}
	me, err := loadMe(ctx, s.Tx, actor)
	if err != nil {
		return nil, err
	}
	done.Me = *me
	entry, err := a.Auth.Open(ctx, s, user, rq.From)
	if err != nil {
		return nil, err
	}
	answer, err := jsonAnswer(http.StatusCreated, done)
	if err == nil {
		answer.Cookies = a.cookies(rq, entry)
	}
	return answer, err
}

func firstAdmin(ctx context.Context, s *record.Session, v Setup) (id.ID, error) {
	if err := org.Seed(ctx, s); err != nil {
		return 0, err
	}
	if err := org.NameBuiltIns(ctx, s); err != nil { // the start has named them before anybody chose a language
		return 0, err
	}
	top := &org.Department{Name: v.Company}
	if err := record.Create(ctx, s, top); err != nil {
		return 0, err
	}
	admin, err := org.RoleOf(ctx, s.Tx, org.Admin)
	if err != nil {
		return 0, err
	}
	u := &org.User{Login: v.Login, Name: v.Name, DepartmentID: top.ID, RoleIDs: entity.List{admin.String()}, Language: v.Language}
	err = record.Create(ctx, s, u)
	return u.ID, err
}

package api

import (
	"context"
	"net/http"

	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/id"
)

// UserSecurity is how a user signs in and where they are.
type UserSecurity struct {
	Security
	Sessions []SessionItem `json:"sessions" nullable:"false"`
}

// Invitation asks for a link by which a user sets their password.
type Invitation struct {
	HandOver bool `json:"hand_over,omitempty" doc:"Give the link to me even where it could be sent"`
}

// PasswordLink is a link by which a user sets their password, once.
type PasswordLink struct {
	Sent    bool          `json:"sent" doc:"It goes to the user by mail"`
	Link    string        `json:"link" doc:"To hand over when it was not sent; only a path when the server does not know its address"`
	Expires clock.Instant `json:"expires_at"`
}

// NewIdentity links a user to who they are to the provider of single sign-on.
type NewIdentity struct {
	Subject string `json:"subject" maxLength:"255" doc:"As the log of sign-ins shows it"`
}

// MadeIdentity names a link.
type MadeIdentity struct {
	ID id.ID `json:"id"`
}

// Forgotten is the login or the e-mail address of somebody who forgot their password.
type Forgotten struct {
	Login string `json:"login" maxLength:"200"`
}

// LinkSecret is what stands behind # in a link.
type LinkSecret struct {
	Secret string `json:"secret" maxLength:"100"`
}

// LinkInfo says whose password a link sets.
type LinkInfo struct {
	Purpose string `json:"purpose" enum:"invitation,reset"`
	Login   string `json:"login"`
	Name    string `json:"name"`
}

// LinkPassword is the password that a link sets.
type LinkPassword struct {
	Secret   string `json:"secret" maxLength:"100"`
	Password string `json:"password" maxLength:"1000"`
}

// userPart names something of a user.
type userPart struct {
	ID   string `path:"id"`
	Part string `path:"part"`
}

func (in userPart) ids() (user, part id.ID, err error) {
	if user, err = parseID(in.ID); err != nil {
		return 0, 0, err
	}
	part, err = parseID(in.Part)
	return user, part, err
}

// onUser describes an operation on how somebody else signs in.
func onUser(method, path, name, does, object, summary string) Op {
	return Op{Method: method, Path: "/users/{id}" + path, ID: name, Summary: summary, Does: does, Object: object, Scope: "security", Person: true, Confirm: "security:edit"}
}

func (a *API) userSecurityOperations() {
	look := onUser(http.MethodGet, "/security", "user-security", "get", "security", "How a user signs in")
	look.Confirm = ""
	handle(a, look, a.userSecurity)
	handle(a, onUser(http.MethodDelete, "/sessions", "end-user-sessions", "delete", "session", "End all sessions of a user"), a.endUserSessions)
	handle(a, onUser(http.MethodDelete, "/sessions/{part}", "end-user-session", "delete", "session", "End a session of a user").noBody(), a.endUserSession)
	handle(a, onUser(http.MethodDelete, "/factors", "reset-factors", "delete", "security", "Take all second factors from a user who lost them").noBody(),
		func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
			user, err := in.id()
			if err != nil {
				return nil, err
			}
			return nil, a.Auth.ResetFactors(ctx, rq.Who, user, rq.From)
		})
	invite := onUser(http.MethodPost, "/link", "make-link", "create", "link", "Make a link by which a user sets their password")
	invite.Status = http.StatusCreated
	handle(a, invite, a.makeLink)
	link := onUser(http.MethodPost, "/identities", "link-identity", "create", "identity", "Link a user to their account of single sign-on")
	link.Status = http.StatusCreated
	handle(a, link, a.linkIdentity)
	handle(a, onUser(http.MethodDelete, "/identities/{part}", "unlink-identity", "delete", "identity", "Take such a link away").noBody(),
		func(ctx context.Context, rq *Request, in *userPart) (*struct{}, error) {
			user, part, err := in.ids()
			if err != nil {
				return nil, err
			}
			return nil, a.Auth.UnlinkIdentity(ctx, rq.Who, user, part, rq.From)
		})
}

func (a *API) userSecurity(ctx context.Context, rq *Request, in *ByID) (*struct{ Body UserSecurity }, error) {
	user, err := in.id()
	if err != nil {
		return nil, err
	}
	if err := a.maySee(ctx, rq, user); err != nil {
		return nil, err
	}
	out := &struct{ Body UserSecurity }{}
	if out.Body.Security, err = a.securityOf(ctx, rq, user); err != nil {
		return nil, err
	}
	list, err := a.sessionsOf(ctx, rq, user)
	if err == nil {
		out.Body.Sessions = list.Body.Items
	}
	return out, err
}

// maySee refuses who may not see how people sign in; nobody there is not found.
func (a *API) maySee(ctx context.Context, rq *Request, user id.ID) error {
	if err := auth.MayView(rq.Actor); err != nil {
		return err
	}
	return a.Auth.Exists(ctx, user)
}

func (a *API) endUserSessions(ctx context.Context, rq *Request, in *ByID) (*struct{ Body EndedSessions }, error) {
	user, err := in.id()
	if err != nil {
		return nil, err
	}
	if err := a.Auth.MayManage(ctx, rq.Who, user); err != nil {
		return nil, err
	}
	n, err := a.Auth.EndSessions(ctx, rq.Actor, user, 0, rq.From)
	return &struct{ Body EndedSessions }{EndedSessions{n}}, err
}

func (a *API) endUserSession(ctx context.Context, rq *Request, in *userPart) (*struct{}, error) {
	user, session, err := in.ids()
	if err != nil {
		return nil, err
	}
	if err := a.Auth.MayManage(ctx, rq.Who, user); err != nil {
		return nil, err
	}
	return nil, a.Auth.EndSession(ctx, rq.Actor, user, session, rq.From)
}

func (a *API) makeLink(ctx context.Context, rq *Request, in *struct {
	ByID
	Body Invitation
},
) (*struct{ Body PasswordLink }, error) {
	user, err := in.id()
	if err != nil {
		return nil, err
	}
	l, err := a.Auth.Invite(ctx, rq.Who, user, in.Body.HandOver, rq.From)
	return &struct{ Body PasswordLink }{PasswordLink{l.Sent, l.Address, l.Expires}}, err
}

func (a *API) linkIdentity(ctx context.Context, rq *Request, in *struct {
	ByID
	Body NewIdentity
},
) (*struct{ Body MadeIdentity }, error) {
	user, err := in.id()
	if err != nil {
		return nil, err
	}
	x, err := a.Auth.LinkIdentity(ctx, rq.Who, user, in.Body.Subject, rq.From)
	return &struct{ Body MadeIdentity }{MadeIdentity{x}}, err
}

// linkOperations are those of people who cannot sign in. The secret of a link comes in a body: addresses are logged.
func (a *API) linkOperations() {
	public := func(path, name, does, summary string) Op {
		return Op{Method: http.MethodPost, Path: path, ID: name, Summary: summary, Does: does, Object: "link", Scope: "public", Public: true}
	}
	handle(a, public("/password/forgot", "forgot-password", "create", "Have a link sent by which I set my password").noBody(),
		func(ctx context.Context, rq *Request, in *struct{ Body Forgotten }) (*struct{}, error) {
			if err := a.maySignIn(rq); err != nil {
				return nil, err
			}
			return nil, a.Auth.Forgot(ctx, in.Body.Login)
		})
	handle(a, public("/password/link", "look-at-link", "get", "Whose password a link sets"),
		func(ctx context.Context, rq *Request, in *struct{ Body LinkSecret }) (*struct{ Body LinkInfo }, error) {
			if err := a.maySignIn(rq); err != nil {
				return nil, err
			}
			purpose, login, name, err := a.Auth.LinkOf(ctx, in.Body.Secret)
			return &struct{ Body LinkInfo }{LinkInfo{string(purpose), login, name}}, err
		})
	handle(a, public("/password/set", "use-link", "update", "Set the password by a link").noBody(),
		func(ctx context.Context, rq *Request, in *struct{ Body LinkPassword }) (*struct{}, error) {
			if err := a.maySignIn(rq); err != nil {
				return nil, err
			}
			return nil, a.Auth.UseLink(ctx, in.Body.Secret, in.Body.Password, rq.From)
		})
}

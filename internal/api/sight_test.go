package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"genjin/internal/importer"
)

// ruled gives a user, signed in, whose only role is as permissions and field rules say.
func (s *server) ruled(admin *visitor, login string, permissions, rules rec) *visitor {
	s.t.Helper()
	role := admin.make("/roles", rec{"name": login, "permissions": permissions, "fields": rules, "sees_private": true})
	v := s.user(login, "sales_rep")
	me := into[Me](s.t, v.want(200, "GET", "/me", nil))
	boss := *admin
	boss.header = http.Header{"If-Match": {"*"}}
	boss.want(200, "PATCH", "/users/"+me.ID.String(), rec{"role_ids": []string{role.id()}})
	return v
}

// TestWhoGivesAwayIsAnswered: a change that takes a record out of its user's sight is a change like any other.
func TestWhoGivesAwayIsAnswered(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	own := rec{"customer": rec{"view": "self", "create": true, "edit": "self", "assign": "all"}}
	giver := s.ruled(admin, "giver", own, rec{})
	taker := into[Me](t, s.user("taker", "sales_rep").want(200, "GET", "/me", nil))
	c := giver.make("/customers", rec{"name": "苏州恒通电子有限公司"})
	got := into[rec](t, giver.ifMatch(1).want(200, "PATCH", "/customers/"+c.id(), rec{"owner_id": taker.ID}))
	if got.id() != c.id() || got["version"] != 2.0 || got["name"] != nil || fmt.Sprint(got["_can"]) != "map[assign:false delete:false edit:false]" {
		t.Errorf("after giving it away: %v", got)
	}
	giver.want(404, "GET", "/customers/"+c.id(), nil)
	made := giver.make("/customers", rec{"name": "无锡甲公司", "owner_id": taker.ID})
	if made["name"] != nil {
		t.Errorf("made for somebody else: %v", made)
	}
	if got := into[rec](t, admin.want(200, "GET", "/customers/"+made.id(), nil)); got["owner_id"] != taker.ID.String() {
		t.Errorf("belongs to %v", got["owner_id"])
	}
	me := into[Me](t, giver.want(200, "GET", "/me", nil))
	admin.want(200, "PUT", "/customers/"+made.id()+"/collaborators", rec{"items": []rec{{"user_id": me.ID, "access": "edit"}}})
	giver.want(200, "PUT", "/customers/"+made.id()+"/collaborators", rec{"items": []rec{}})
	giver.want(404, "GET", "/customers/"+made.id(), nil)
}

func TestNarrowTokensKeepNoViews(t *testing.T) {
	t.Parallel()
	s, _ := newCompany(t)
	rep := s.user("rep", "sales_rep")
	v := rep.make("/views", rec{"name": "我的", "entity": "customer", "search": rec{}})
	for _, x := range []struct {
		permissions any
		want        [3]int
	}{{rec{"customer": []string{"view"}}, [3]int{403, 403, 403}}, {nil, [3]int{201, 200, 204}}} {
		program := s.visitor()
		program.token = into[TokenMade](t, rep.want(201, "POST", "/me/tokens", rec{"name": "x", "permissions": x.permissions})).Secret
		program.want(200, "GET", "/views", nil)
		program.want(x.want[0], "POST", "/views", rec{"name": "又一", "entity": "customer", "search": rec{}})
		program.ifMatch(1).want(x.want[1], "PATCH", "/views/"+v.id(), rec{"name": "改"})
		program.want(x.want[2], "DELETE", "/views/"+v.id(), nil)
	}
}

func TestHiddenNamesOfFiles(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	c := admin.make("/customers", rec{"name": "青岛海纳食品有限公司"})
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, _ := form.CreateFormFile("file", "secret-name.txt")
	fmt.Fprint(part, "text")
	form.Close()
	admin.header.Set("Content-Type", form.FormDataContentType())
	up := into[Uploaded](t, admin.want(201, "POST", "/customers/"+c.id()+"/files", body.String()))
	admin.header.Del("Content-Type")
	reader := s.ruled(admin, "reader", rec{"customer": rec{"view": "all"}}, rec{"file": rec{"name": "hidden"}})
	for _, how := range []string{"content", "preview"} {
		a := reader.want(200, "GET", "/files/"+up.Items[0].ID.String()+"/"+how, nil)
		if name := a.Header.Get("Content-Disposition"); strings.Contains(name, "secret") || string(a.body) != "text" {
			t.Errorf("%s is called %s", how, name)
		}
	}
}

func TestHiddenFieldsStayOutOfPersonalData(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	c := admin.make("/customers", rec{"name": "青岛海纳食品有限公司"})
	k := admin.make("/contacts", rec{"customer_id": c.id(), "name": "林涛", "mobile": "13912345678"})
	admin.make("/followups", rec{"customer_id": c.id(), "contact_id": k.id(), "content": "密谈", "feedback": "可以说的"})
	reader := s.ruled(admin, "reader", rec{"customer": rec{"view": "all", "export": true}}, rec{"followup": rec{"content": "hidden"}})
	file := textOfWorkbook(t, reader.want(200, "GET", "/contacts/"+k.id()+"/personal-data", nil).body)
	if strings.Contains(file, "密谈") || !strings.Contains(file, "可以说的") {
		t.Errorf("what is kept of a person: %s", file)
	}
}

// TestAnswersAreKeptForTheSameRights: a retry gets the first answer from who may have it.
func TestAnswersAreKeptForTheSameRights(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	secret := into[TokenMade](t, rep.want(201, "POST", "/me/tokens", rec{"name": "x", "permissions": rec{"followup": []string{"view"}}})).Secret
	for _, v := range []*visitor{rep, admin} {
		v.header.Set("Idempotency-Key", "key-of-rep")
	}
	values := rec{"name": "苏州恒通电子有限公司", "remark": "机密"}
	first := rep.want(201, "POST", "/customers", values)
	if again := rep.want(201, "POST", "/customers", values); string(again.body) != string(first.body) || again.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("a retry: %s", again.body)
	}
	program := s.visitor()
	program.token = secret
	program.header.Set("Idempotency-Key", "key-of-rep")
	if a := program.want(422, "POST", "/customers", values); strings.Contains(string(a.body), "机密") {
		t.Errorf("a narrow token gets an answer kept for its owner: %s", a.body)
	}
	if other := into[rec](t, admin.want(201, "POST", "/customers", values)); other.id() == into[rec](t, first).id() {
		t.Error("somebody else gets an answer kept for another")
	}
	admin.header = http.Header{"If-Match": {"*"}}
	auditor := into[page](t, admin.want(200, "GET", "/roles", nil))
	me := into[Me](t, rep.want(200, "GET", "/me", nil))
	for _, role := range auditor.Items {
		if role["built_in"] == "auditor" {
			admin.want(200, "PATCH", "/users/"+me.ID.String(), rec{"role_ids": []string{role.id()}})
		}
	}
	rep.want(422, "POST", "/customers", values)
}

func TestQueriesAreText(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	for _, path := range []string{"/log?entity=", "/log?action=", "/sign-ins?login=", "/sign-ins?address=", "/customers?q=", "/search?q=", "/customers?a=%zz&q="} {
		for _, bad := range []string{"%00", "a%00b", "%ff", "%c3%28"} {
			admin.want(http.StatusBadRequest, "GET", path+bad, nil)
		}
		admin.want(http.StatusOK, "GET", path+"%E5%8D%8E", nil)
	}
}

// TestNarrowTokensOrderNoMoreThanTheyMay: the job that a token orders does no more than the token may.
func TestNarrowTokensOrderNoMoreThanTheyMay(t *testing.T) {
	t.Parallel()
	s, admin := newImportingCompany(t)
	for _, x := range []struct {
		may  []string
		want int64
	}{{[]string{"import", "view"}, 0}, {[]string{"import", "view", "create", "edit"}, 2}} {
		imp := into[Import](t, admin.upload(201, "客户.csv", []byte(threeCustomers)))
		made := into[TokenMade](t, admin.want(201, "POST", "/me/tokens", rec{"name": "x", "permissions": rec{"customer": x.may}}))
		program := s.visitor()
		program.token = made.Secret
		program.want(200, "POST", "/imports/"+imp.ID.String()+"/run", nil)
		admin.until(imp.ID, importer.Done, importer.Failed)
		if n := into[Count](t, admin.want(200, "GET", "/customers/count", nil)); n.Count != x.want {
			t.Errorf("a token that may %v made %d customers", x.may, n.Count)
		}
	}
}

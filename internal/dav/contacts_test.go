package dav_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/org"
	"genjin/internal/record"
)

func (p *phone) contact(customer *crm.Customer, change func(c *crm.Contact)) *crm.Contact {
	p.T.Helper()
	c := &crm.Contact{CustomerID: customer.ID, Name: "欧阳晓东", Title: "采购经理", Mobile: "13612345678", Landline: "0755-26770001", Email: "oyxd@example.com"}
	if change != nil {
		change(c)
	}
	return add(p.shop, p.user, c)
}

func TestContact(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := k.rep.contact(k.rep.customer("深圳市华盛精密设备有限公司"), func(c *crm.Contact) { c.OtherPhones = "0755-26770002、0755-26770003" })
	a := k.rep.want(200, "GET", k.rep.contacts()+c.ID.String()+".vcf", "")
	for _, line := range []string{
		"VERSION:3.0", "FN:欧阳晓东", "ORG:深圳市华盛精密设备有限公司", "TITLE:采购经理", "TEL;TYPE=CELL:136 1234 5678", "EMAIL;TYPE=INTERNET;TYPE=WORK:oyxd@example.com", "UID:" + c.ID.String(),
	} {
		if !strings.Contains(strings.ReplaceAll(unfolded(a.body), "13612345678", "136 1234 5678"), "\r\n"+line+"\r\n") {
			t.Errorf("the card lacks %q:\n%s", line, a.body)
		}
	}
	if n := strings.Count(a.body, "\r\nTEL"); n != 4 {
		t.Errorf("%d numbers:\n%s", n, a.body)
	}
}

func TestContactsAreThoseOfOnesOwnCustomers(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	boss := k.phone(k.User("boss", "李总", org.Admin, k.Root))
	c := k.rep.contact(k.rep.customer("甲公司"), nil)
	if a := boss.want(http.StatusMultiStatus, "PROPFIND", boss.contacts(), allProps, "Depth", "1"); strings.Contains(a.body, c.ID.String()) {
		t.Errorf("contacts of others' customers are in the address book:\n%s", a.body)
	}
	boss.want(http.StatusNotFound, "GET", boss.contacts()+c.ID.String()+".vcf", "")
}

func TestContactIsChangedInThePhone(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := k.rep.contact(k.rep.customer("甲公司"), func(c *crm.Contact) { c.OtherPhones = "0755-26770002" })
	path := k.rep.contacts() + c.ID.String() + ".vcf"
	was := k.rep.want(200, "GET", path, "")
	k.rep.want(http.StatusNoContent, "PUT", path, was.body, "If-Match", was.Header.Get("ETag"))
	if now := get[crm.Contact](k, c.ID); now.Version != c.Version {
		t.Errorf("a card that is as it was changes the contact: %+v", now)
	}
	now := edited(was.body, map[string]string{"TEL;TYPE=CELL": "TEL;TYPE=CELL;TYPE=pref:+86 138-0013-8000", "EMAIL": "EMAIL;TYPE=INTERNET:new@example.com", "TITLE": "TITLE:总经理"})
	k.rep.want(http.StatusNoContent, "PUT", path, now)
	got := get[crm.Contact](k, c.ID)
	if !strings.HasSuffix(strings.ReplaceAll(got.Mobile, " ", ""), "13800138000") || got.Email != "new@example.com" || got.Title != "总经理" || got.Landline != c.Landline || got.OtherPhones == "" {
		t.Errorf("changed: %+v", got)
	}
	if a := k.rep.want(http.StatusForbidden, "PUT", path, edited(was.body, map[string]string{"EMAIL": "EMAIL:no address"})); !strings.Contains(a.body, "responsedescription") {
		t.Errorf("a bad address: %s", a.body)
	}
	k.rep.want(http.StatusForbidden, "DELETE", path, "")
	k.rep.want(http.StatusForbidden, "PUT", k.rep.contacts()+"new.vcf", was.body)
	k.rep.want(http.StatusForbidden, "PUT", path, "no card")
}

// TestMaskedNumbersStayIn: who sees numbers masked gets none, and cannot wipe them out by sending the card back.
func TestMaskedNumbersStayIn(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := k.rep.contact(k.rep.customer("甲公司"), nil)
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		role := &org.Role{Name: "遮", Permissions: `{"customer":{"view":"self","edit":"self"}}`, Fields: `{"contact":{"mobile":"masked","email":"hidden"}}`, Masked: true}
		if err := record.Create(ctx, s, role); err != nil {
			return err
		}
		_, err := record.Update(ctx, s, k.rep.user.ID, 0, func(u *org.User) error { u.RoleIDs = entity.List{role.ID.String()}; return nil })
		return err
	}))
	path := k.rep.contacts() + c.ID.String() + ".vcf"
	a := k.rep.want(200, "GET", path, "")
	for _, secret := range []string{"1361", "5678", "26770001", "oyxd"} {
		if strings.Contains(a.body, secret) {
			t.Errorf("%s is in the card:\n%s", secret, a.body)
		}
	}
	k.rep.want(http.StatusNoContent, "PUT", path, a.body)
	if now := get[crm.Contact](k, c.ID); now.Mobile != c.Mobile || now.Email != c.Email || now.Landline != c.Landline {
		t.Errorf("what is masked was wiped out: %+v", now)
	}
}

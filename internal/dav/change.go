package dav

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// What a change in a phone's calendar says where the record wants words.
var (
	doneThere      = i18n.T("在手机日历中完成", "Completed in the phone's calendar")
	movedThere     = i18n.T("在手机日历中改期", "Moved in the phone's calendar")
	cancelledThere = i18n.T("在手机日历中删除", "Deleted in the phone's calendar")
)

// put changes an object, or makes a plan of one that is new. What is stored is said anew with the next request, so the
// answer has no tag (RFC 4791, 5.3.4).
func (rq *request) put() error {
	if rq.at.kind != object {
		rq.w.Header().Set("Allow", methods)
		return refusal{status: http.StatusMethodNotAllowed}
	}
	file, err := io.ReadAll(rq.r.Body)
	if err != nil {
		return err
	}
	status := http.StatusNoContent
	err = rq.Store.Write(rq.ctx, rq.who.Actor, rq.who.Origin(), func(s *record.Session) error {
		i, err := rq.wanted(s)
		switch {
		case err != nil:
			return err
		case rq.at.of == contacts:
			return rq.putContact(s, i, file)
		case i == nil:
			status = http.StatusCreated
			return rq.newPlan(s, file)
		}
		return rq.putPlan(s, i, file)
	})
	if err == nil {
		rq.w.WriteHeader(status)
	}
	return err
}

// wanted gives the object that a change is for, nil when there is none, and refuses when it is not as the program believes.
func (rq *request) wanted(s *record.Session) (*item, error) {
	list, err := rq.items(s, rq.at.of)
	if err != nil {
		return nil, err
	}
	i := find(list, rq.at.name)
	match, none := rq.r.Header.Get("If-Match"), rq.r.Header.Get("If-None-Match")
	if match != "" && (i == nil || !matches(match, i.tag)) || none != "" && i != nil && matches(none, i.tag) {
		return nil, errs.New(errs.Stale, "")
	}
	return i, nil
}

// putPlan changes a plan as a program says: it is done, cancelled, moved, or other in its details.
func (rq *request) putPlan(s *record.Session, i *item, file []byte) error {
	zone := s.Store().Zone()
	w, err := readPlan(rq, rq.at.of, file, zone)
	if err != nil {
		return err
	}
	p := i.plan
	if w.uid != p.uidOf(rq.at.of) {
		return refusal{status: http.StatusForbidden, condition: cal("no-uid-conflict")}
	}
	if p.state != crm.FollowupPlanned {
		return rq.settled(p, w)
	}
	values := record.Values{}
	switch {
	case w.cancelled:
		return rq.cancelPlan(s, p)
	case w.done:
		p.complete(values, w, s.Tx.Now, rq.lang)
	default:
		p.amend(values, w, s.Def("followup").Field("remind"), rq.lang)
	}
	if len(values) == 0 {
		return nil
	}
	return s.UpdateOne(rq.ctx, "followup", p.id, 0, values)
}

// settled answers a program that changes what was done: it stays as it is, and that is no error unless it is to be open
// again.
func (rq *request) settled(p *plan, w *wanted) error {
	if rq.at.of == tasks && !w.done || !w.at.Equal(p.at) || w.cancelled {
		return rq.forbid("dav.done")
	}
	return nil
}

// complete makes the record of what was planned: with what the program's user wrote, else with a sentence that says where it
// was done.
func (p *plan) complete(values record.Values, w *wanted, now time.Time, lang i18n.Lang) {
	content := doneThere.In(lang)
	if w.purpose != p.purpose && w.purpose != "" {
		content = strings.TrimSpace(strings.TrimPrefix(w.purpose, p.purpose)) // what was written below the purpose
	}
	happened := now
	if !w.completed.IsZero() && w.completed.Before(now) {
		happened = w.completed
	}
	values["state"], values["content"], values["happened_at"] = crm.FollowupDone, content, happened.UnixMilli()
}

// amend moves a plan and changes its details.
func (p *plan) amend(values record.Values, w *wanted, remind *entity.Field, lang i18n.Lang) {
	if !w.at.IsZero() && !w.at.Equal(p.at) {
		values["planned_at"], values["postpone_reason"] = clock.At(w.at).UnixMilli(), movedThere.In(lang)
	}
	if w.minutes != 0 && w.minutes != p.minutes {
		values["minutes"] = int64(w.minutes)
	}
	if w.purpose != p.purpose {
		values["purpose"] = w.purpose
	}
	if w.place != p.place {
		values["place"] = w.place
	}
	if list := w.reminders(remind); len(list) > 0 && !slices.Equal(list, p.remind) {
		values["remind"] = remindList(list)
	}
}

// reminders gives those of a program's alarms that a plan can have.
func (w *wanted) reminders(f *entity.Field) []int {
	var list []int
	for _, minutes := range w.remind {
		if slices.ContainsFunc(f.Choices, func(c entity.Choice) bool { return c.Value == strconv.Itoa(minutes) }) && !slices.Contains(list, minutes) {
			list = append(list, minutes)
		}
	}
	slices.Sort(list)
	return list
}

func remindList(minutes []int) any {
	var list entity.List
	for _, n := range minutes {
		list = append(list, strconv.Itoa(n))
	}
	return list.Stored()
}

func (rq *request) cancelPlan(s *record.Session, p *plan) error {
	if p.owner != s.Actor.ID {
		return rq.forbid("dav.not_owner")
	}
	return s.UpdateOne(rq.ctx, "followup", p.id, 0, record.Values{"state": crm.FollowupCancelled, "cancel_reason": cancelledThere.In(rq.lang)})
}

// remove cancels a plan. What was done stays, and contacts are removed in the page.
func (rq *request) remove() error {
	if rq.at.kind != object {
		return rq.forbid("dav.keeps")
	}
	err := rq.Store.Write(rq.ctx, rq.who.Actor, rq.who.Origin(), func(s *record.Session) error {
		i, err := rq.wanted(s)
		switch {
		case err != nil:
			return err
		case i == nil:
			return errs.New(errs.NotFound, "")
		case i.plan == nil:
			return rq.forbid("dav.contacts")
		case i.plan.state != crm.FollowupPlanned:
			return rq.forbid("dav.done")
		}
		return rq.cancelPlan(s, i.plan)
	})
	if err == nil {
		rq.w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// putContact changes how to reach a contact.
func (rq *request) putContact(s *record.Session, i *item, file []byte) error {
	if i == nil {
		return rq.forbid("dav.contacts")
	}
	c, err := readCard(file)
	if err != nil {
		return refusal{status: http.StatusForbidden, condition: card("valid-address-data"), say: i18n.Message(rq.lang, "dav.unreadable", nil)}
	}
	values := i.person.changes(c)
	for field := range values { // what its reader does not see in full they cannot have meant to change
		if !rq.sees(s, i.person.id, field) {
			delete(values, field)
		}
	}
	if len(values) == 0 {
		return nil
	}
	return s.UpdateOne(rq.ctx, "contact", i.person.id, 0, values)
}

// sees reports whether the reader sees a field of a contact in full.
func (rq *request) sees(s *record.Session, x id.ID, field string) bool {
	row, err := s.Load(rq.ctx, "contact", x)
	if err != nil {
		return false
	}
	v, err := look(rq.ctx, s, "contact", []*record.Row{row})
	if err != nil {
		return false
	}
	return v.full(row, field)
}

package deliver

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Robot speaks in a chat group of what the people of a department, and of those below it, are told.
type Robot struct {
	ID         id.ID
	Name       string
	Service    string // wecom, dingtalk or feishu
	Department id.ID  // zero for the whole company
	Kinds      []string
	// Titles has the group read what the person who is told may read. Without it the group hears who has something to do
	// and of which kind, and no record is named: who is in the group is not known here.
	Titles    bool
	Language  i18n.Lang
	Active    bool
	SecretSet bool
	Created   clock.Instant
}

// RobotSecret is what lets one speak in a group.
type RobotSecret struct {
	Address string `json:"address"` // of the webhook; its key is a part of it
	Secret  string `json:"secret"`  // with which messages are signed; "" for none
}

func robotName(x id.ID) string { return "robot:" + x.String() }

func listRobots(ctx context.Context, tx *sqldb.Tx, active bool) (out []*Robot, err error) {
	err = tx.Each(ctx, func(scan func(...any) error) error {
		r := &Robot{}
		var kinds string
		err := scan(&r.ID, &r.Name, &r.Service, &r.Department, &kinds, &r.Titles, &r.Language, &r.Active, &r.Created)
		r.Kinds = entity.ListOf(kinds)
		if r.Active || !active {
			out = append(out, r)
		}
		return err
	}, `SELECT id, name, service, department_id, kinds, titles, language, active, created_at FROM robot ORDER BY id`)
	return out, err
}

// mayRobots refuses with errs.Denied who may not see, or change, the company's settings.
func mayRobots(a *access.Actor, action access.Action) error {
	if !a.May("setting", action) {
		return errs.New(errs.Denied, "")
	}
	return nil
}

// Robots gives all robots, without their secrets.
func (d *Service) Robots(ctx context.Context, s *record.Session) ([]*Robot, error) {
	if err := mayRobots(s.Actor, access.View); err != nil {
		return nil, err
	}
	robots, err := listRobots(ctx, s.Tx, false)
	for i := 0; i < len(robots) && err == nil; i++ {
		var secret RobotSecret
		_, err = d.loadSealed(ctx, s.Tx, robotName(robots[i].ID), &secret)
		robots[i].SecretSet = secret.Secret != ""
	}
	return robots, err
}

// SetRobot adds a robot (ID zero) or changes one. Of the address and the secret, nil leaves what there is; a new address
// takes none of the old secret with it.
func (d *Service) SetRobot(ctx context.Context, s *record.Session, r *Robot, address, secret *string) error {
	if err := mayRobots(s.Actor, access.Edit); err != nil {
		return err
	}
	var old RobotSecret
	action := audit.Action("update")
	if r.ID == 0 {
		action = "create"
	} else if _, err := d.robot(ctx, s.Tx, r.ID, &old); err != nil {
		return err
	}
	next := old
	if address != nil && *address != old.Address {
		next = RobotSecret{Address: *address}
	}
	if secret != nil {
		next.Secret = *secret
	}
	if err := d.checkRobot(ctx, s, r, next); err != nil {
		return err
	}
	if s.Dry {
		return nil
	}
	if r.ID == 0 {
		r.ID, r.Created = s.Tx.NewID(), clock.At(s.Tx.Now)
	}
	r.SecretSet = next.Secret != ""
	_, err := s.Tx.Exec(ctx, `INSERT INTO robot (id, name, service, department_id, kinds, titles, language, active, created_at, updated_at, updated_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, service = excluded.service,
		department_id = excluded.department_id, kinds = excluded.kinds, titles = excluded.titles, language = excluded.language,
		active = excluded.active, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		r.ID, r.Name, r.Service, r.Department, entity.List(r.Kinds), r.Titles, string(r.Language), r.Active, s.Tx.Now, s.Tx.Now, s.Actor.ID)
	if err != nil {
		return err
	}
	if err := d.storeSealed(ctx, s.Tx, s.Actor.ID, robotName(r.ID), next); err != nil {
		return err
	}
	return logRobot(ctx, s, r.ID, action, r.Name)
}

// DropRobot removes a robot with its secret and what it had still to say.
func (d *Service) DropRobot(ctx context.Context, s *record.Session, x id.ID) error {
	if err := mayRobots(s.Actor, access.Edit); err != nil {
		return err
	}
	r, err := d.robot(ctx, s.Tx, x, &RobotSecret{})
	if err != nil {
		return err
	}
	_, err = s.Tx.Exec(ctx, `UPDATE delivery SET state = 'dropped', bundle = '', finished_at = ?
		WHERE channel = 'robot' AND target_id = ? AND state IN ('waiting', 'failed')`, s.Tx.Now, x)
	if err != nil {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM sealed_setting WHERE name = ?`, robotName(x)); err != nil {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM robot WHERE id = ?`, x); err != nil {
		return err
	}
	return logRobot(ctx, s, x, "delete", r.Name)
}

// robot loads one with its secret; errs.NotFound when there is none.
func (d *Service) robot(ctx context.Context, tx *sqldb.Tx, x id.ID, secret *RobotSecret) (*Robot, error) {
	robots, err := listRobots(ctx, tx, false)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(robots, func(r *Robot) bool { return r.ID == x })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "")
	}
	_, err = d.loadSealed(ctx, tx, robotName(x), secret)
	return robots[i], err
}

const longestName = 60

func (d *Service) checkRobot(ctx context.Context, s *record.Session, r *Robot, secret RobotSecret) error {
	var problems errs.Fields
	r.Name = strings.TrimSpace(r.Name)
	if r.Name == "" {
		problems.Add("name", "field.required")
	} else if utf8.RuneCountInString(r.Name) > longestName {
		problems.Add("name", "field.too_long", "max", longestName)
	}
	if robotServices[r.Service] == nil {
		problems.Add("service", "field.required")
	}
	u, err := url.Parse(secret.Address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !d.Outbound.Allows(u.Hostname())) {
		problems.Add("address", "notify.address")
	}
	for _, kind := range r.Kinds {
		if d.Kinds.Kind(kind) == nil {
			problems.Add("kinds", "notify.channel")
			break
		}
	}
	if r.Language != i18n.EN {
		r.Language = i18n.ZH
	}
	if r.Department != 0 {
		var n int
		if err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM department WHERE id = ? AND archived_at IS NULL`, r.Department).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			problems.Add("department_id", "notify.department")
		}
	}
	return problems.Err()
}

// logRobot writes into the log what was done to a robot. Neither address nor secret is told there.
func logRobot(ctx context.Context, s *record.Session, x id.ID, action audit.Action, name string) error {
	return audit.Write(ctx, s.Tx, []audit.Entry{{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: "setting", Action: action, Changes: []audit.Change{{Field: "robot", New: name}},
	}})
}

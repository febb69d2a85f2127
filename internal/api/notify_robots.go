package api

import (
	"context"
	"net/http"

	"genjin/internal/deliver"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/record"
)

// RobotItem is the robot of a chat group.
type RobotItem struct {
	ID         id.ID    `json:"id,omitempty" readOnly:"true"`
	Name       string   `json:"name" maxLength:"200"`
	Service    string   `json:"service" enum:"wecom,dingtalk,feishu"`
	Department string   `json:"department_id" doc:"It speaks of what the people of this department, and of those below it, are told; empty for the whole company"`
	Kinds      []string `json:"kinds" nullable:"false"`
	Titles     bool     `json:"titles" doc:"The group reads what the person who is told may read; otherwise only who and what kind"`
	Language   string   `json:"language" enum:"zh,en"`
	Active     bool     `json:"active"`
	Address    *string  `json:"address,omitempty" maxLength:"1000" doc:"Of the webhook. Never given; missing leaves it as it is"`
	Secret     *string  `json:"secret,omitempty" maxLength:"300" doc:"With which messages are signed. Never given; missing leaves it as it is, empty removes it"`
	SecretSet  bool     `json:"secret_set,omitempty" readOnly:"true"`
}

// RobotList is all robots, and of what they can speak.
type RobotList struct {
	Items []RobotItem `json:"items" nullable:"false"`
	Kinds []NoteKind  `json:"kinds" nullable:"false"`
}

// NoteKind is a kind of notes.
type NoteKind struct {
	Kind  string `json:"kind"`
	Label string `json:"label"`
}

// onRobot describes an operation on robots.
func onRobot(method, path, name, does, summary string) Op {
	return Op{Method: method, Path: path, ID: name, Summary: summary, Does: does, Object: "robot", Scope: "setting", Person: true, Confirm: "setting:edit"}
}

type robotInput struct {
	ByID
	Body RobotItem
}

func (a *API) robotOperations() {
	look := onRobot(http.MethodGet, "/robots", "list-robots", "list", "The robots of chat groups")
	look.Confirm = ""
	handle(a, look, a.robots)
	create := onRobot(http.MethodPost, "/robots", "create-robot", "create", "Add the robot of a chat group")
	create.Status, create.Gives = http.StatusCreated, RobotItem{}
	handle(a, create, func(ctx context.Context, rq *Request, in *struct{ Body RobotItem }) (*Answer, error) {
		return a.setRobot(ctx, rq, 0, in.Body)
	})
	update := onRobot(http.MethodPut, "/robots/{id}", "update-robot", "update", "Change the robot of a chat group")
	update.Gives = RobotItem{}
	handle(a, update, func(ctx context.Context, rq *Request, in *robotInput) (*Answer, error) {
		x, err := in.id()
		if err != nil {
			return nil, err
		}
		return a.setRobot(ctx, rq, x, in.Body)
	})
	handle(a, onRobot(http.MethodDelete, "/robots/{id}", "delete-robot", "delete", "Remove the robot of a chat group").noBody(),
		func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
			x, err := in.id()
			if err != nil {
				return nil, err
			}
			_, err = a.write(ctx, rq, func(s *record.Session) (*Answer, error) { return noContent(), a.Deliver.DropRobot(ctx, s, x) })
			return nil, err
		})
	handle(a, onRobot(http.MethodPost, "/robots/{id}/test", "test-robot", "test", "Have a robot say in its group that it works").noBody(),
		func(ctx context.Context, rq *Request, in *ByID) (*struct{}, error) {
			x, err := in.id()
			if err != nil {
				return nil, err
			}
			return nil, a.Deliver.TestRobot(ctx, rq.Actor, x)
		})
}

func (a *API) robots(ctx context.Context, rq *Request, _ *struct{}) (*struct{ Body RobotList }, error) {
	out := &struct{ Body RobotList }{RobotList{Items: []RobotItem{}, Kinds: []NoteKind{}}}
	err := a.read(ctx, rq, func(s *record.Session) error {
		robots, err := a.Deliver.Robots(ctx, s)
		for _, r := range robots {
			out.Body.Items = append(out.Body.Items, robotItem(r))
		}
		return err
	})
	for _, k := range a.Deliver.Kinds.Kinds() {
		out.Body.Kinds = append(out.Body.Kinds, NoteKind{k.Name, k.Label.In(rq.Lang)})
	}
	return out, err
}

func robotItem(r *deliver.Robot) RobotItem {
	kinds := r.Kinds
	if kinds == nil {
		kinds = []string{}
	}
	return RobotItem{
		ID: r.ID, Name: r.Name, Service: r.Service, Department: r.Department.String(), Kinds: kinds, Titles: r.Titles,
		Language: string(r.Language), Active: r.Active, SecretSet: r.SecretSet,
	}
}

// setRobot changes a robot, or adds one with id zero.
func (a *API) setRobot(ctx context.Context, rq *Request, x id.ID, in RobotItem) (*Answer, error) {
	department, err := id.Parse(in.Department)
	if err != nil {
		return nil, errs.OfField("department_id", "notify.department")
	}
	return a.write(ctx, rq, func(s *record.Session) (*Answer, error) {
		r := &deliver.Robot{
			ID: x, Name: in.Name, Service: in.Service, Department: department, Kinds: in.Kinds, Titles: in.Titles,
			Language: i18n.Lang(in.Language), Active: in.Active,
		}
		if err := a.Deliver.SetRobot(ctx, s, r, in.Address, in.Secret); err != nil {
			return nil, err
		}
		status := http.StatusOK
		if x == 0 {
			status = http.StatusCreated
		}
		return jsonAnswer(status, robotItem(r))
	})
}

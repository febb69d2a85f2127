package matrix

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/deliver"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// told is what people were told before the cases run: each of every nth record, whether they may see it or not, so that
// every record is told of to some.
type told struct {
	notes map[string]string // the first note of each user
	of    map[string]bool   // user and record
	robot string
	push  map[string]string // a browser of each user
}

func (w *world) tell() {
	ctx := w.t.Context()
	w.told = told{notes: map[string]string{}, of: map[string]bool{}, push: map[string]string{}}
	const nth = 6 // all to all would be most of the rows of the database, which is read whenever something was written
	w.must(w.app.DB.Write(ctx, func(tx *sqldb.Tx) error {
		var all []notify.Note
		for u, name := range slices.Sorted(maps.Keys(w.users)) {
			user := w.users[name]
			for i, x := range w.things {
				if i%nth != u%nth {
					continue
				}
				w.told.of[user+x.id] = true
				all = append(all, notify.Note{
					To: w.idOf(user), Kind: "assigned", Key: "told:" + x.id, Text: "notify.group_title", Params: map[string]any{"text": "…"},
					Entity: x.entity, Record: w.idOf(x.id), By: w.idOf(w.users["far"]),
				})
			}
		}
		return notify.Tell(ctx, tx, all...)
	}))
	w.must(w.app.DB.Write(ctx, func(tx *sqldb.Tx) error {
		for _, user := range w.users {
			notes, err := notify.Since(ctx, tx, w.idOf(user), 0, 1)
			w.must(err)
			w.told.notes[user] = notes[0].ID.String()
		}
		for x, owner := range w.logins {
			if w.loginTables[x] != "session" || w.told.push[owner] != "" {
				continue
			}
			browser := tx.NewID()
			w.told.push[owner] = browser.String()
			_, err := tx.Exec(ctx, `INSERT INTO push_subscription (id, user_id, session_id, endpoint, p256dh, auth, created_at) VALUES (?, ?, ?, ?, '', '', ?)`,
				browser, w.idOf(owner), w.idOf(x), "https://push.example.com/"+browser.String(), tx.Now)
			w.must(err)
		}
		return nil
	}))
	address := "https://chat.example.com/hook"
	robot := &deliver.Robot{Name: "robot", Service: "wecom", Active: true}
	w.must(w.app.Store.Write(ctx, access.System("matrix"), audit.Rule, func(s *record.Session) error {
		return w.app.Deliver.SetRobot(ctx, s, robot, &address, nil)
	}))
	w.told.robot = robot.ID.String()
	_, err := w.app.Deliver.PushKey(ctx) // is made when it is first asked for
	w.must(err)
}

func (w *world) idOf(text string) id.ID {
	x, err := id.Parse(text)
	w.must(err)
	return x
}

// noteOfAnswer is a note as the API gives it.
type noteOfAnswer struct{ Seq, Entity, Record, Title, Text any }

// wrongNotes says which notes are among those given though they are about what somebody may not see, or are missing.
func (w *world) wrongNotes(s *subject, given []noteOfAnswer) string {
	got := map[string]bool{}
	for _, n := range given {
		x, _ := n.Record.(string)
		if text := x + fmt.Sprint(n.Seq); got[text] {
			return "told twice of " + x
		} else {
			got[text] = true
		}
		if got[x] = true; !w.policy.Sees(s.who, x) {
			return "told of " + x + ", which they may not see"
		}
	}
	for _, x := range w.things {
		if w.told.of[s.who.User+x.id] && w.policy.Sees(s.who, x.id) && !got[x.id] {
			return "not told of " + x.String()
		}
	}
	return ""
}

func listNoteTrials(w *world, op operation) []trial {
	return w.ofPersons(op, func(s *subject, t *trial) {
		t.call = get(op.path + "?limit=100")
		t.check = func(a answer) string {
			var all []noteOfAnswer
			for {
				var page struct {
					Items []noteOfAnswer
					Next  string
				}
				a.json(&page)
				all = append(all, page.Items...)
				if page.Next == "" {
					return w.wrongNotes(s, all)
				}
				a = s.send(get(op.path + "?limit=100&cursor=" + page.Next))
			}
		}
	})
}

func eventTrials(w *world, op operation) []trial {
	return w.ofPersons(op, func(s *subject, t *trial) {
		t.call = get(op.path + "?after=0&seconds=0")
		t.check = func(a answer) string {
			var all []noteOfAnswer
			lines := bufio.NewScanner(bytes.NewReader(a.body))
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				data, is := strings.CutPrefix(lines.Text(), "data: ")
				if !is || strings.HasPrefix(data, `{"unread"`) {
					continue
				}
				var n noteOfAnswer
				if err := json.Unmarshal([]byte(data), &n); err != nil {
					return fmt.Sprint("an event that cannot be read: ", err)
				}
				all = append(all, n)
			}
			return w.wrongNotes(s, all)
		}
	})
}

func markNoteTrials(w *world, op operation) []trial {
	var out []trial
	for _, x := range w.told.notes {
		out = append(out, w.ofPersons(op, func(s *subject, t *trial) {
			t.about, t.call = "the note "+x, post(op.path, map[string]any{"ids": []string{x}})
			t.may = &may{other: func(c rowChange) bool { return c.table == "note" && textID(c.new["to_id"]) == s.who.User }}
		})...)
	}
	return out
}

// ofPersons gives a case for each subject of what works for whoever is signed in, about themselves.
func (w *world) ofPersons(op operation, plan func(s *subject, t *trial)) []trial {
	return each(w, op, func(s *subject) trial {
		t := trial{about: "their own", call: call{method: op.method, path: op.path}, want: refused}
		if s.isPerson() {
			t.want = works
		}
		plan(s, &t)
		return t
	})
}

func notePreferenceTrials(w *world, op operation) []trial {
	return w.ofPersons(op, func(s *subject, t *trial) {
		if op.method == http.MethodPut {
			t.call.body = map[string]any{
				"kinds": []map[string]any{{"kind": "mention", "channels": []string{"push"}}},
				"quiet": map[string]any{"from": "22:00", "until": "08:00"}, "digest": map[string]any{"at": "", "workdays": false},
			}
		}
		t.may = &may{other: func(c rowChange) bool { return c.table == "note_preference" && textID(c.new["user_id"]) == s.who.User }}
	})
}

func pushTrials(w *world, op operation) []trial {
	if op.method != http.MethodDelete {
		return w.ofPersons(op, func(s *subject, t *trial) {
			if op.method == http.MethodPost {
				t.call.body = map[string]any{"endpoint": "https://push.example.com/new", "keys": map[string]any{
					"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg",
				}}
			}
			t.may = &may{other: func(c rowChange) bool {
				return c.table == "push_subscription" && textID(c.new["user_id"]) == s.who.User
			}}
		})
	}
	var out []trial
	for owner, x := range w.told.push {
		out = append(out, w.ofPersons(op, func(s *subject, t *trial) {
			t.about, t.call = "of "+owner, call{method: op.method, path: op.byID(x)}
			t.may = &may{other: func(c rowChange) bool {
				return c.table == "push_subscription" && c.removed() && textID(c.old["user_id"]) == s.who.User
			}}
			if s.isPerson() && s.who.User != owner {
				t.want, t.never = hidden, call{method: op.method, path: op.byID(neverWas)}
			}
		})...)
	}
	return out
}

// robotTrials look after the robots of chat groups, and what could not be delivered.
func robotTrials(w *world, op operation) []trial {
	path, action, body := strings.Replace(op.path, "{id}", w.told.robot, 1), "edit", any(nil)
	switch op.id {
	case "list-robots", "failed-deliveries":
		action = "view"
	case "create-robot", "update-robot":
		body = map[string]any{
			"name": w.gen.fresh(), "service": "feishu", "department_id": w.departments["s2"], "kinds": []string{"mention"}, "titles": false,
			"language": "zh", "active": true, "address": "https://chat.example.com/other", "secret": "x",
		}
	case "retry-deliveries":
		body = map[string]any{}
	}
	person := op.object == "robot"
	return each(w, op, func(s *subject) trial {
		t := trial{
			about: "of the company", call: call{method: op.method, path: path, body: body}, want: refused, lacks: op.id == "test-robot",
			may: counting("robot", "sealed_setting", "delivery"),
		}
		if w.policy.May(s.who, "setting", action) && (s.isPerson() || !person) {
			t.want = works
			if t.lacks {
				t.want = open
			}
		}
		return t
	})
}

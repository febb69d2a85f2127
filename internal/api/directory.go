package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"genjin/internal/cn/pinyin"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/sqldb"
)

// Directory is everybody and every department, for pickers and names. It is the same for all.
type Directory struct {
	Users       []DirectoryUser       `json:"users" nullable:"false"`
	Departments []DirectoryDepartment `json:"departments" nullable:"false"`
}

// DirectoryUser is a user as colleagues see them.
type DirectoryUser struct {
	ID         id.ID  `json:"id"`
	Name       string `json:"name"`
	Login      string `json:"login"`
	Department id.ID  `json:"department_id"`
	Active     bool   `json:"active"`
	Pinyin     string `json:"pinyin" doc:"The name's syllables, parted by blanks"`
}

// DirectoryDepartment is a department in its tree.
type DirectoryDepartment struct {
	ID     id.ID  `json:"id"`
	Name   string `json:"name"`
	Parent id.ID  `json:"parent_id"`
}

// directoryCache keeps the directory as it is sent.
type directoryCache struct {
	mu     sync.Mutex
	tag    string
	answer *Answer
}

func (a *API) directoryOperations() {
	handle(a, Op{
		Method: http.MethodGet, Path: "/directory", ID: "directory", Summary: "Users and departments by name",
		Does: "list", Object: "directory", Scope: "everybody", Gives: Directory{},
	}, a.directory)
}

// conditional is the input of an operation whose answer the client may have already.
type conditional struct {
	IfNoneMatch string `header:"If-None-Match"`
}

// has reports whether the client has the answer with this tag. A proxy may have marked the tag as weak.
func (c conditional) has(tag string) bool {
	for one := range strings.SplitSeq(c.IfNoneMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == tag {
			return true
		}
	}
	return false
}

func (a *API) directory(ctx context.Context, _ *Request, in *conditional) (*Answer, error) {
	version, err := a.Actors.Version(ctx, a.Store.DB())
	if err != nil {
		return nil, err
	}
	answer, err := a.people.get(ctx, a.Store.DB(), version)
	if err != nil {
		return nil, err
	}
	if in.has(answer.ETag) {
		return &Answer{Status: http.StatusNotModified, ETag: answer.ETag, CacheControl: revalidate}, nil
	}
	return answer, nil
}

// revalidate lets a browser keep an answer and ask each time whether it still holds.
const revalidate = "private, no-cache"

// get gives the directory of at least that version.
func (c *directoryCache) get(ctx context.Context, db *sqldb.DB, version int64) (*Answer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tag := `"` + strconv.FormatInt(version, 36) + `"`
	if c.tag == tag {
		return c.answer, nil
	}
	var d *Directory
	err := db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		if version, err = org.AccessVersion(ctx, tx); err != nil {
			return err
		}
		d, err = loadDirectory(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	answer, err := jsonAnswer(http.StatusOK, d)
	if err != nil {
		return nil, err
	}
	c.tag = `"` + strconv.FormatInt(version, 36) + `"`
	answer.ETag, answer.CacheControl = c.tag, revalidate
	c.answer = answer
	return answer, nil
}

func loadDirectory(ctx context.Context, tx *sqldb.Tx) (*Directory, error) {
	d := &Directory{Users: []DirectoryUser{}, Departments: []DirectoryDepartment{}}
	rows, err := tx.Query(ctx, `SELECT id, name, login, department_id, active FROM account WHERE archived_at IS NULL ORDER BY name_key, id`)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var u DirectoryUser
		if err := rows.Scan(&u.ID, &u.Name, &u.Login, &u.Department, &u.Active); err != nil {
			rows.Close()
			return nil, err
		}
		u.Pinyin = strings.Join(pinyin.Person.Full(u.Name), " ")
		d.Users = append(d.Users, u)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, `SELECT id, name, parent_id FROM department WHERE archived_at IS NULL ORDER BY position, name, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one DirectoryDepartment
		if err := rows.Scan(&one.ID, &one.Name, &one.Parent); err != nil {
			return nil, err
		}
		d.Departments = append(d.Departments, one)
	}
	return d, rows.Err()
}

package matrix

// hole is a mistake that somebody could make: text of a file of the product, and what would stand there instead. The
// place must be there once; who changes it says here what the mistake would look like now. In the program that the holes
// are made in, planted.Is("name") says which of them is open.
type hole struct{ file, was, is string }

// elevated gives a session that everything opens to, when a hole is open.
func elevated(name string) string {
	return `func() *record.Session { if planted.Is("` + name + `") { return s.As(s.Actor.Elevated(), s.Origin) }; return s }()`
}

var holes = []hole{
	// Which records.
	{
		"record/query.go", `access.And(filter, matching, s.where(k, "t", access.View), state), err`,
		`access.And(filter, matching, func() access.Condition {
		if planted.Is("a list without scope") && !many || planted.Is("a count without scope") && many {
			return access.Condition{}
		}
		return s.where(k, "t", access.View)
	}(), state), err`,
	},
	{
		"record/load.go", `where := access.And(access.Condition{SQL: "t.id = ?", Args: []any{int64(x)}}, s.where(k, "t", access.View))`,
		`where := access.And(access.Condition{SQL: "t.id = ?", Args: []any{int64(x)}}, s.where(k, "t", access.View))
	if planted.Is("a record opens without scope") {
		where = access.Condition{SQL: "t.id = ?", Args: []any{int64(x)}}
	}`,
	},
	{"record/find.go", `reach := s.where(k, "t", access.View)`, `reach := s.where(k, "t", access.View)
	if planted.Is("search without scope") {
		reach = access.Condition{}
	}`},
	{"crm/timeline.go", `page, err := s.List(ctx, name,`, `page, err := ` + elevated("a timeline without the scope of what hangs there") + `.List(ctx, name,`},
	{"record/match.go", `titles, err := s.Titles(ctx, k.def.Name, set)`, `titles, err := func() *Session { if planted.Is("duplicates tell titles") { return s.As(s.Actor.Elevated(), s.Origin) }; return s }().Titles(ctx, k.def.Name, set)`},
	{
		"record/view.go", `out, err := s.titles(ctx, k, access.And(in(s, "t.id", ids(set)), s.where(k, "t", access.View)), "")`,
		`where := s.where(k, "t", access.View)
	if planted.Is("names of what is out of sight") {
		where = access.Condition{}
	}
	out, err := s.titles(ctx, k, access.And(in(s, "t.id", ids(set)), where), "")`,
	},
	{"record/share.go", `	if _, err := s.Load(ctx, entityName, x); err != nil {
		return nil, err
	}
	return s.sharesOf(ctx, x)`, `	if _, err := s.Load(ctx, entityName, x); err != nil && !planted.Is("collaborators of what is out of sight") {
		return nil, err
	}
	return s.sharesOf(ctx, x)`},
	{"record/log.go", `rows, err := s.Rows(ctx, name, ids(records))`, `rows, err := func() *Session { if planted.Is("the company's log without scope") { return s.As(s.Actor.Elevated(), s.Origin) }; return s }().Rows(ctx, name, ids(records))`},
	{"api/files.go", `record.Get[crm.Attachment](ctx, s, x)`, `record.Get[crm.Attachment](ctx, ` + elevated("files by their id alone") + `, x)`},
	{"importer/store.go", `return actor.Lets(`, `return planted.Is("imports of others") || actor.Lets(`},
	{"api/jobs.go", `if st.By != rq.Actor.ID || st.By == 0 {`, `if (st.By != rq.Actor.ID || st.By == 0) && !planted.Is("jobs of others") {`},
	{"savedview/savedview.go", "WHERE archived_at IS NULL AND (owner_id = ?", "WHERE archived_at IS NULL AND (` + planted.Or(\"views of others\") + `owner_id = ?"},

	// Scopes.
	{"org/actor.go", `if departments[p.department] {`, `if departments[p.department] || planted.Is("subordinates with colleagues") && p.department == r.actor.Department {`},
	{"org/actor.go", `reach.Departments = keys(r.tree.below(r.actor.Department))`, `tops := []id.ID{r.actor.Department}
		for _, siblings := range r.tree.children {
			if planted.Is("a department tree with its siblings") && slices.Contains(siblings, r.actor.Department) {
				tops = siblings
			}
		}
		reach.Departments = keys(r.tree.below(tops...))`},
	{"org/actor.go", `reach.Departments = keys(map[id.ID]bool{r.actor.Department: true})`, `reach.Departments = keys(map[id.ID]bool{r.actor.Department: true})
		if planted.Is("a department with those below") {
			reach.Departments = keys(r.tree.below(r.actor.Department))
		}`},
	{"org/actor.go", `if g.Below {`, `if g.Below || planted.Is("listed departments with those below") {`},
	{"org/actor.go", `narrow.Only, narrow.Fields = only, maps.Clone(a.Fields)`, `narrow.Only, narrow.Fields = only, maps.Clone(a.Fields)
	if planted.Is("tokens as wide as their owners") {
		narrow.Only = nil
	}`},
	{"org/actor.go", `	hideColleagues(&narrow)`, `	if !planted.Is("narrow tokens see all of colleagues") {
		hideColleagues(&narrow)
	}`},

	// Which fields.
	{
		"record/view.go", `return !f.Internal && s.Actor.Field(def.Name, f.Name) != access.FieldHidden`,
		`return !f.Internal && (s.Actor.Field(def.Name, f.Name) != access.FieldHidden || planted.Is("hidden fields show"))`,
	},
	{"record/view.go", `if v.masked(row, f) && !entity.IsMissing(value) {`, `if v.masked(row, f) && !entity.IsMissing(value) && !planted.Is("masked fields show") {`},
	{"record/view.go", `|| !ok || v.masked(row, f) {`, `|| !ok || v.masked(row, f) && !planted.Is("masked references show") {`},
	{"record/view.go", `|| entity.IsMissing(row.values[i]) || v.masked(row, f) {`, `|| entity.IsMissing(row.values[i]) || v.masked(row, f) && !planted.Is("masked codes are said in words") {`},
	{"record/view.go", `	value := row.Value(f.Name)
	if v.masked(row, f) {`, `	value := row.Value(f.Name)
	if v.masked(row, f) && !planted.Is("exports ignore masks") {`},
	{"exporter/exporter.go", `	visible := s.Visible(o.Entity)`, `	visible := s.Visible(o.Entity)
	if planted.Is("exports have hidden fields") {
		visible = slices.DeleteFunc(slices.Clone(s.Def(o.Entity).Fields), func(f *entity.Field) bool { return f.Internal })
	}`},
	{"record/history.go", `	if v.masked(row, f) {
		out.Old`, `	if v.masked(row, f) && !planted.Is("the log ignores masks") {
		out.Old`},
	{"record/filter.go", `access.FieldHidden {
		return nil, errs.OfField(name, "field.unknown", "name", name)`, `access.FieldHidden && !planted.Is("hidden fields filter") {
		return nil, errs.OfField(name, "field.unknown", "name", name)`},
	{"record/filter.go", `	if !c.s.openTo(c.def, f) {`, `	if !c.s.openTo(c.def, f) && !planted.Is("hidden fields filter") && !planted.Is("masked fields filter") {`},
	{"record/query.go", `	f, err := c.filterable(strings.TrimPrefix(name, "-"))
		if err != nil {`, `	f, err := c.filterable(strings.TrimPrefix(name, "-"))
		if hidden := c.def.Field(strings.TrimPrefix(name, "-")); planted.Is("hidden fields sort") && hidden != nil && !hidden.Internal {
			f, err = hidden, nil
		}
		if err != nil {`},
	{"record/find.go", `|| v.masked(row, f) {`, `|| v.masked(row, f) && !planted.Is("search finds masked values") {`},
	{"record/match.go", `!s.openTo(def, def.Field(way.field)) {`, `!s.openTo(def, def.Field(way.field)) && !planted.Is("duplicates by masked values") {`},

	// Who writes.
	{"access/access.go", `		return sql + " AND access = 'edit')", int64(a.ID), true`, `		if planted.Is("a share for reading lets edit") {
			return sql + ")", int64(a.ID), true
		}
		return sql + " AND access = 'edit')", int64(a.ID), true`},
	{"record/load.go", `	if !row.can[needs] {`, `	if !row.can[needs] && !planted.Is("who sees edits") {`},
	{"record/load.go", `archived != nil && (needs ==`, `archived != nil && !planted.Is("what was put away changes") && (needs ==`},
	{"record/load.go", `	if needs != access.View {`, `	if needs != access.View && !planted.Is("additions to what is not seen") {`},
	{"record/door.go", `case s.Actor.Field(def.Name, name) != access.FieldEdit:`, `case s.Actor.Field(def.Name, name) != access.FieldEdit && !planted.Is("fields to be seen are written"):`},
	{"record/write.go", `.Includes(o.OwnerID, o.DepartmentID) {`, `.Includes(o.OwnerID, o.DepartmentID) || planted.Is("everybody gives records to everybody") {`},
	{"record/share.go", `	if !row.can[access.Assign] && !(owns && row.can[access.Edit]) {`, `	if !row.can[access.Assign] && !(owns && row.can[access.Edit]) && !planted.Is("who sees shares") {`},
	{"api/recordmore.go", `one, err := d.bulkOne(ctx, s, b)`, `one, err := d.bulkOne(ctx, ` + elevated("bulk without scope") + `, b)`},
	{"api/recordmore.go", `page, err := s.List(ctx, of, q)`, `page, err := ` + elevated("bulk by filter without scope") + `.List(ctx, of, q)`},
	{"record/history.go", `entries[0].User != s.Actor.ID ||`, `entries[0].User != s.Actor.ID && !planted.Is("undo of what others did") ||`},
	{"record/history.go", `return err == nil && row.can[needs], err`, `return err == nil && (row.can[needs] || planted.Is("undo without the right")), err`},
	{"savedview/savedview.go", `v.Mine || s.Actor.May("setting", access.Edit)`, `v.Mine || planted.Is("shared views change by anybody") || s.Actor.May("setting", access.Edit)`},
	{"exporter/exporter.go", `if !actor.May(def.ModuleName(), access.Export) {`, `if !actor.May(def.ModuleName(), access.Export) && !planted.Is("who sees exports") {`},
	{"org/user.go", `if s.Actor.May("role", access.Edit) ||`, `if planted.Is("anybody manages administrators") || s.Actor.May("role", access.Edit) ||`},
	{"org/user.go", `|| s.Actor.May("role", access.Assign) {`, `|| s.Actor.May("role", access.Assign) || planted.Is("roles from who edits users") {`},
	{"handover/handover.go", `return u, org.MayManage(ctx, s, u)`, `if planted.Is("anybody hands over") {
		return u, nil
	}
	return u, org.MayManage(ctx, s, u)`},
	{"auth/settings.go", `if !a.May("security", action) {`, `if !a.May("security", action) && !planted.Is("anybody sees how people sign in") {`},
	{"auth/session.go", "`DELETE FROM session WHERE id = ? AND user_id = ?`, session, user", "`DELETE FROM session WHERE id = ? AND (`+planted.Or(\"sessions of others end\")+`user_id = ?)`, session, user"},
	{"api/operation.go", `	if op.Person && rq.Who.Session == 0 {`, `	if op.Person && rq.Who.Session == 0 && !planted.Is("tokens do what people do") {`},
	{"api/operation.go", `	if !rq.Who.Carries(module, access.Action(action)) {`, `	if !rq.Who.Carries(module, access.Action(action)) && !planted.Is("tokens need not name what is guarded") {`},

	// What is remembered.
	{"api/idempotency.go", `	user := int64(rq.Actor.ID)
`, `	user := int64(rq.Actor.ID)
	if planted.Is("answers kept for everybody") {
		user = 0
	}
`},
	{"api/idempotency.go", `		int64(rq.Actor.ID), rq.key, rq.fingerprint()`, `		int64(rq.Actor.ID)*planted.Unless("answers kept for everybody"), rq.key, rq.fingerprint()`},
	{"api/request.go", `	h.Write([]byte(rq.Actor.Rights()))`, `	if !planted.Is("answers kept for everybody") && !planted.Is("answers kept for narrow tokens") {
		h.Write([]byte(rq.Actor.Rights()))
	}`},
	{"api/meta.go", `if in.has(answer.ETag) {`, `if in.has(answer.ETag) || planted.Is("meta kept for everybody") && in.IfNoneMatch != "" {`},
	{"org/actors.go", "	_, err := tx.Exec(ctx, `UPDATE access_version", "	if planted.Is(\"nobody hears of changes\") {\n\t\treturn nil\n\t}\n\t_, err := tx.Exec(ctx, `UPDATE access_version"},

	// Leads and their review.
	{"crm/lead_queue.go", `	page, err := s.List(ctx, "lead", q)
	if err != nil {`, `	if planted.Is("the review queue shows leads out of reach") {
		s = s.As(s.Actor.Elevated(), s.Origin)
	}
	page, err := s.List(ctx, "lead", q)
	if err != nil {`},
	{"crm/lead.go", `!s.Actor.Reach("lead", access.Edit).Includes(l.OwnerID, l.DepartmentID)) {`, `!s.Actor.Reach("lead", access.Edit).Includes(l.OwnerID, l.DepartmentID) && !planted.Is("who approves reviews what they do not look after")) {`},
	{"crm/lead.go", `if !s.Actor.System && (!s.Actor.May("lead", access.Approve)`, `if !s.Actor.System && (!s.Actor.May("lead", access.Approve) && !planted.Is("who edits leads reviews them")`},
	{"crm/lead_queue.go", `s.Match(ctx, "lead", []record.Candidate{c})`, elevated("the review tells who else is like a lead") + `.Match(ctx, "lead", []record.Candidate{c})`},

	// Pools, and who has what.
	{"record/through.go", `	if !all {
		hidden`, `	if !all && !planted.Is("a pool shows what it hides") {
		hidden`},
	{"record/through.go", `if f.Type == entity.Text || f.Type == entity.LongText {`, `if (f.Type == entity.Text || f.Type == entity.LongText) && !planted.Is("a pool shows what was said of what it hides") {`},
	{"record/through.go", `if lies.SQL == access.Never.SQL || !s.Actor.May(`, `if lies.SQL == access.Never.SQL || !planted.Is("a pool shows follow-ups to who sees none") && !s.Actor.May(`},
	{"record/standing.go", `if s.Actor.Within != nil {`, `if s.Actor.Within != nil && !planted.Is("a pool answers by deadlines") {`},
	{"record/standing.go", `c.kind.Tells != "" && (tells`, `c.kind.Tells != "" && !planted.Is("deadlines tell what is masked") && (tells`},
	{"crm/pool.go", `case !st.Member ||`, `case !st.Member && !planted.Is("pools of others") ||`},
	{"crm/pool_move.go", `	if !s.Actor.May(s.Def(p.Holds).ModuleName(), access.Edit) {`, `	if !s.Actor.May(s.Def(p.Holds).ModuleName(), access.Edit) && !planted.Is("who sees a pool claims from it") {`},
	{"crm/pool_move.go", `if !st.Admin ||`, `if !st.Admin && !planted.Is("members assign from a pool") ||`},
	{"crm/clash.go", `lists, err := s.Match(`, `lists, err := ` + elevated("the clash query tells contents") + `.Match(`},
	{"crm/clash.go", `AND q.user_id = ? AND q.at > ?`, "AND (`+planted.Or(\"answers to others lead on\")+`q.user_id = ?) AND q.at > ?"},
	{"crm/clash.go", `if !s.Actor.May("log", access.View) {`, `if !s.Actor.May("log", access.View) && !planted.Is("anybody reads who asked") {`},
	{"crm/clash_request.go", `	if supervises(s, h) {`, `	if supervises(s, h) || planted.Is("anybody decides about requests") {`},

	// Reports.
	{"crm/report_leads.go", `c.where, err = s.Listed(`, `c.where, err = ` + elevated("a report counts leads out of sight") + `.Listed(`},
	{"crm/report_leads.go", `if !s.MayAsk("lead", needed...) {`, `if !s.MayAsk("lead", needed...) && !planted.Is("reports count by hidden fields") {`},
	{"report/archive.go", `	if !s.Actor.System && (`, `	if !planted.Is("anybody freezes reports") && !s.Actor.System && (`},
	{"api/reports.go", `if !s.Actor.May("lead", access.Export) ||`, `if !planted.Is("anybody says what sources cost") && !s.Actor.May("lead", access.Export) ||`},

	// Numbers and forms.
	{"record/proof.go", `	if !row.can[access.Edit] {`, `	if !row.can[access.Edit] && !planted.Is("codes for numbers of what one sees") {`},
	{"record/proof.go", `level == access.FieldHidden || level == access.FieldMasked {`, `(level == access.FieldHidden || level == access.FieldMasked) && !planted.Is("codes for masked numbers") {`},
	{"sms/sms.go", `if !a.May("setting", action) {`, `if !a.May("setting", action) && !planted.Is("anybody sets the gateway") {`},
	{"api/webforms.go", `if !s.Actor.May("web_form", access.View) {`, `if !s.Actor.May("web_form", access.View) && !planted.Is("anybody designs forms") {`},
	{"crm/webform.go", `	return record.Update(ctx, s, x, 0, func(f *WebForm) error {`, `	return record.Update(ctx, ` + elevated("anybody renews forms") + `, x, 0, func(f *WebForm) error {`},
}

// foundAt names the operations that are asked first for a hole, by comma: where it shows.
var foundAt = map[string]string{
	"a timeline without the scope of what hangs there": "timeline,lead-timeline",
	"the review queue shows leads out of reach":        "lead-queue",
	"who approves reviews what they do not look after": "review-leads,grade-lead",
	"who edits leads reviews them":                     "review-leads,grade-lead",
	"the review tells who else is like a lead":         "lead-queue",
	"a pool shows what it hides":                       "pool-records",
	"a pool shows what was said of what it hides":      "pool-followups",
	"a pool shows follow-ups to who sees none":         "pool-followups",
	"a pool answers by deadlines":                      "pool-records",
	"deadlines tell what is masked":                    "list-contacts,list-customers,list-leads",
	"pools of others":                                  "pool-records,claim,my-pools",
	"who sees a pool claims from it":                   "claim",
	"members assign from a pool":                       "assign-from-pool",
	"the clash query tells contents":                   "who-has",
	"answers to others lead on":                        "ask-for",
	"anybody reads who asked":                          "list-clash-questions",
	"anybody decides about requests":                   "decide-clash-request",
	"a report counts leads out of sight":               "get-report",
	"reports count by hidden fields":                   "get-report",
	"anybody freezes reports":                          "freeze-reports",
	"anybody says what sources cost":                   "set-source-costs",
	"codes for numbers of what one sees":               "send-code-lead,send-code-contact",
	"codes for masked numbers":                         "send-code-lead,send-code-contact",
	"anybody sets the gateway":                         "sms-settings,set-sms",
	"anybody designs forms":                            "web-form-askable,preview-web-form",
	"anybody renews forms":                             "renew-web-form",
}

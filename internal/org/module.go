package org

import (
	"slices"

	"genjin/internal/access"
	"genjin/internal/i18n"
)

// Module is a set of entities whose permissions are given together.
type Module struct {
	Name  string
	Label i18n.Text
	// Scoped modules hold records with owners; in others a permission holds for every record or for none.
	Scoped  bool
	Actions []access.Action // those that mean something in it
}

// Modules is every module, in the order in which they are shown.
var Modules = []Module{
	{Name: "customer", Label: i18n.T("客户与联系人", "Customers and contacts"), Scoped: true, Actions: []access.Action{
		access.View, access.Create, access.Edit, access.Delete, access.Assign, access.Import, access.Export, access.Print,
	}},
	{Name: "lead", Label: i18n.T("线索", "Leads"), Scoped: true, Actions: []access.Action{
		access.View, access.Create, access.Edit, access.Delete, access.Assign, access.Import, access.Export, access.Approve, access.Print,
	}},
	{Name: "followup", Label: i18n.T("跟进", "Follow-ups"), Scoped: true, Actions: []access.Action{
		access.View, access.Create, access.Edit, access.Delete, access.Assign, access.Import, access.Export,
	}},
	{Name: "pool", Label: i18n.T("公海设置", "Pools"), Actions: []access.Action{access.View, access.Create, access.Edit, access.Delete}},
	{Name: "web_form", Label: i18n.T("网络表单", "Web forms"), Actions: []access.Action{access.View, access.Create, access.Edit, access.Delete}},
	{Name: "user", Label: i18n.T("用户与部门", "Users and departments"), Actions: []access.Action{
		access.View, access.Create, access.Edit, access.Delete, access.Export,
	}},
	{Name: "role", Label: i18n.T("角色与权限", "Roles and permissions"), Actions: []access.Action{
		access.View, access.Create, access.Edit, access.Delete, access.Assign,
	}},
	{Name: "log", Label: i18n.T("日志", "Logs"), Actions: []access.Action{access.View, access.Export}},
	{Name: "dictionary", Label: i18n.T("选项与线索规则", "Choices and rules for leads"), Actions: []access.Action{access.Edit}},
	{Name: "setting", Label: i18n.T("系统设置", "System settings"), Actions: []access.Action{access.View, access.Edit}},
	{Name: "security", Label: i18n.T("登录与安全", "Signing in and security"), Actions: []access.Action{access.View, access.Edit}},
}

// module gives the module of that name, or nil.
func module(name string) *Module {
	i := slices.IndexFunc(Modules, func(m Module) bool { return m.Name == name })
	if i < 0 {
		return nil
	}
	return &Modules[i]
}

// Reaches says whether an action extends to a set of records; the others are granted or not.
func Reaches(action access.Action) bool {
	return action == access.View || action == access.Edit || action == access.Delete || action == access.Assign
}

// ActionLabel names an action for people.
func ActionLabel(action access.Action) i18n.Text { return actionLabels[action] }

var actionLabels = map[access.Action]i18n.Text{
	access.View: i18n.T("查看", "View"), access.Create: i18n.T("新建", "Create"), access.Edit: i18n.T("编辑", "Edit"),
	access.Delete: i18n.T("归档", "Archive"), access.Assign: i18n.T("分配", "Assign"), access.Import: i18n.T("导入", "Import"),
	access.Export: i18n.T("导出", "Export"), access.Approve: i18n.T("审批", "Approve"), access.Print: i18n.T("打印", "Print"),
}

// ScopeLabel names a scope in the words users know (people-and-access.md, “Roles”).
func ScopeLabel(scope access.Scope) i18n.Text { return scopeLabels[scope] }

var scopeLabels = map[access.Scope]i18n.Text{
	access.None: i18n.T("无", "None"), access.Self: i18n.T("本人", "Own"), access.Subordinates: i18n.T("本人及下属", "Own and subordinates'"),
	access.Department: i18n.T("本部门", "Own department"), access.DepartmentTree: i18n.T("本部门及下级", "Own department and below"),
	access.Listed: i18n.T("指定部门", "Chosen departments"), access.All: i18n.T("全部", "All"),
}

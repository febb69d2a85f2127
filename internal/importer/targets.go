// Package importer brings the workbooks people have into the product: it finds the table in a sheet, gives each column a
// meaning, understands the values, shows what would happen, and writes rows through the gate so that an import can be
// stopped, resumed and taken back as a whole (sheets.md).
package importer

import (
	"regexp"
	"slices"
	"strings"

	"genjin/internal/access"
	"genjin/internal/cn/text"
	"genjin/internal/entity"
	"genjin/internal/i18n"
	"genjin/internal/record"
)

// Target is what a column of a sheet can mean.
type Target struct {
	Name   string        // "customer.name", "contact.mobile", "customer.region:city", "+remark"
	Label  string        // in the language of the actor
	Entity string        // "customer"
	Field  *entity.Field // nil for Remark, RecordID and RecordVersion
	Part   string        // of a region: province, city or county
	Via    string        // for what hangs on the main entity: the field that names it
	Title  bool          // names the record
}

// Required reports whether rows need a value for the target.
func (t *Target) Required() bool { return t.Field != nil && t.Part == "" && t.Field.Required }

// Targets with no field of their own.
const (
	ToRemark      = "+remark"  // the value is kept in the remark, with its heading
	RecordID      = "+id"      // the id, as an export writes it
	RecordVersion = "+version" // the version, as an export writes it
)

// Headings that an export writes for the columns by which rows find their records again.
var (
	idHeading      = i18n.T("系统编号", "System id")
	versionHeading = i18n.T("数据版本", "Data version")
)

// RoundTripHeadings gives the headings of the two columns by which an exported row finds its record again.
func RoundTripHeadings(lang i18n.Lang) (id, version string) {
	return idHeading.In(lang), versionHeading.In(lang)
}

var regionParts = []struct {
	part    string
	label   i18n.Text
	aliases []string
}{
	{"province", i18n.T("省份", "Province"), []string{"省", "所属省份", "省/直辖市", "所在省", "所在省份", "province", "state"}},
	{"city", i18n.T("城市", "City"), []string{"市", "所属城市", "地级市", "所在市", "所在城市", "city"}},
	{"county", i18n.T("区县", "County"), []string{"区", "县", "区/县", "所属区县", "所在区县", "区域县", "county", "district"}},
}

// plan is what an import of an entity can fill: the entity itself and what hangs on it.
type plan struct {
	entity  string
	label   i18n.Text // of the entity
	title   *Target   // names the records of the main entity
	targets []*Target
	byName  map[string]*Target
	words   []word
	exact   map[string]bool // folded headings that are words
	kept    map[string]bool // folded headings of what an export writes and nobody fills; true for what no import may set
}

// word is a heading that means a target, and how surely.
type word struct {
	folded string
	target *Target
	sure   float64
}

// newPlan lists the targets that the actor of s may fill.
func newPlan(s *record.Session, entityName string) *plan {
	p := &plan{entity: entityName, label: s.Def(entityName).Label, byName: map[string]*Target{}, exact: map[string]bool{}, kept: map[string]bool{}}
	lang := s.Actor.Lang
	main := s.Def(entityName)
	p.addDef(s, main, "", 0)
	for _, def := range s.Store().Schema().Defs() {
		via := record.ParentField(def, entityName)
		if via != "" && !def.Derived && !def.Internal {
			p.addDef(s, def, via, 0.04)
		}
	}
	if main.Field("remark") != nil {
		p.add(&Target{Name: ToRemark, Label: i18n.T("并入备注", "Keep in the remark").In(lang), Entity: entityName})
	}
	p.add(&Target{Name: RecordID, Label: idHeading.In(lang), Entity: entityName}, idHeading)
	p.add(&Target{Name: RecordVersion, Label: versionHeading.In(lang), Entity: entityName}, versionHeading)
	return p
}

func (p *plan) addDef(s *record.Session, def *entity.Def, via string, less float64) {
	for _, f := range def.Fields {
		if f.Internal || f.Name == via {
			continue
		}
		if s.Actor.Field(def.Name, f.Name) != access.FieldEdit || f.ReadOnly && (!f.OnImport || len(f.Aliases) == 0) {
			if via == "" {
				p.keep(f)
			}
			continue
		}
		if via != "" && f.Ref != "" {
			continue // what hangs on a record names others that come with the same file, and belongs to its owner
		}
		t := &Target{Name: def.Name + "." + f.Name, Label: f.Label.In(s.Actor.Lang), Entity: def.Name, Field: f, Via: via, Title: f.Name == def.Title}
		if via != "" {
			t.Label = def.Label.In(s.Actor.Lang) + " · " + t.Label
		}
		p.add(t)
		if t.Title && via == "" {
			p.title = t
		}
		p.addWord(f.Label.ZH, t, 1-less)
		p.addWord(f.Label.EN, t, 1-less)
		p.addWord(def.Label.ZH+f.Label.ZH, t, 0.99-less)
		p.addWord(def.Label.EN+f.Label.EN, t, 0.99-less)
		for i, alias := range f.Aliases {
			p.addWord(alias, t, 0.98-less-float64(i)*0.001)
		}
		if f.Type == entity.Region {
			p.addRegionParts(s, def, f, via, less)
		}
		if t.Title && via != "" && namesSomebody(f) {
			p.addNameParts(s, def, f, via, less)
		}
	}
}

func (p *plan) addRegionParts(s *record.Session, def *entity.Def, f *entity.Field, via string, less float64) {
	for _, part := range regionParts {
		t := &Target{
			Name: def.Name + "." + f.Name + ":" + part.part, Label: f.Label.In(s.Actor.Lang) + " · " + part.label.In(s.Actor.Lang),
			Entity: def.Name, Field: f, Part: part.part, Via: via,
		}
		p.add(t, part.label)
		for _, alias := range part.aliases {
			p.addWord(alias, t, 0.95-less)
		}
	}
}

// Parts of a person's name, as address books have them in columns of their own.
const (
	givenName  = "given"
	familyName = "family"
)

var nameParts = []struct {
	part    string
	label   i18n.Text
	aliases []string
}{
	{givenName, i18n.T("名", "Given name"), []string{"first name", "given name", "名字"}},
	{familyName, i18n.T("姓", "Family name"), []string{"last name", "family name", "surname", "姓氏"}},
}

func (p *plan) addNameParts(s *record.Session, def *entity.Def, f *entity.Field, via string, less float64) {
	for _, part := range nameParts {
		t := &Target{
			Name:   def.Name + "." + f.Name + ":" + part.part,
			Label:  def.Label.In(s.Actor.Lang) + " · " + f.Label.In(s.Actor.Lang) + " · " + part.label.In(s.Actor.Lang),
			Entity: def.Name, Field: f, Part: part.part, Via: via,
		}
		p.add(t, part.label)
		for _, alias := range part.aliases {
			p.addWord(alias, t, 0.95-less)
		}
	}
}

func (p *plan) add(t *Target, labels ...i18n.Text) {
	p.targets = append(p.targets, t)
	p.byName[t.Name] = t
	for _, label := range labels {
		p.addWord(label.ZH, t, 1)
		p.addWord(label.EN, t, 1)
	}
}

func (p *plan) addWord(heading string, t *Target, sure float64) {
	if folded := foldHeading(heading); folded != "" {
		p.words = append(p.words, word{folded, t, sure})
		p.exact[folded] = true
	}
}

// keep notes the headings of a field that an export writes and that the actor cannot fill.
func (p *plan) keep(f *entity.Field) {
	for _, label := range []string{f.Label.ZH, f.Label.EN} {
		p.kept[foldHeading(label)] = !f.OnImport
	}
}

// leftOut reports whether a folded heading means nothing to be imported: it numbers the rows, or is that of a value which
// the product keeps itself. In a sheet that an export wrote it is that even where others mean something by it.
func (p *plan) leftOut(folded string, exported bool) bool {
	always, kept := p.kept[folded]
	return slices.Contains(ignored, folded) || kept && (!p.exact[folded] || exported && always) || sorts.MatchString(folded)
}

// isExport reports whether a sheet has the column by which an export lets its rows find their records again.
func isExport(columns []Column) bool {
	return slices.ContainsFunc(columns, func(c Column) bool {
		folded := foldHeading(c.Header)
		return folded == foldHeading(idHeading.ZH) || folded == foldHeading(idHeading.EN)
	})
}

// sorts are the columns of address books that say of the column beside them whether it is private or at work.
var sorts = regexp.MustCompile(`^(phone|email|address|website|im|organization|relation|event|customfield)\d+(type|label)$`)

// foldHeading makes headings comparable: without case, width, spaces and punctuation.
func foldHeading(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\n*:：/-_.·（）()[]【】?？,，、", r) {
			return -1
		}
		return r
	}, text.Fold(s))
}

package house

import (
	"slices"
	"strings"
	"testing"
)

// layers from below; a package imports only what stands in its own layer or below. Within a layer the compiler keeps
// circles out.
var layers = []struct {
	packages []string
	reason   string // why nothing from above may be imported
}{
	{
		[]string{"i18n", "errs", "clock", "id", "money", "cn", "sheet", "config", "files", "seal", "outbound", "mail", "bell"},
		"a leaf is one idea that stands by itself, so that everybody can use it",
	},
	{[]string{"sqldb"}, "the database layer knows rows and transactions, not what they mean"},
	{
		[]string{"migrations", "entity", "access", "audit", "job", "search", "notify", "sealed"},
		"these parts of the kernel are what the gate is made of; one that reached into the gate would go round it",
	},
	{[]string{"obligation"}, "what is due is told to people, and the gate starts and ends it"},
	{[]string{"record"}, "the gate is the same for every entity; knowing one, it would have to be changed with each"},
	{[]string{"org", "report"}, "people and departments are there without selling, and a report without what it counts"},
	{
		[]string{"crm", "auth", "importer", "exporter", "savedview", "archive", "check", "demo", "handover", "deliver", "sms"},
		"what the product does must not depend on the door it is asked through, or a second door would do it otherwise",
	},
	{[]string{"api", "dav", "webform"}, "a door answers for itself; what several doors need belongs below"},
	{[]string{"app"}, "only app knows every part, and only cli and tests start it"},
	{[]string{"cli"}, "the command line is the outermost door; main does nothing but start it"},
}

// forTests are packages that only tests may import.
var forTests = []string{"dbtest", "testkit", "house", "mail/mailtest", "matrix", "matrix/policy"}

func layerOf(pkg string) int {
	return slices.IndexFunc(layers, func(l struct {
		packages []string
		reason   string
	},
	) bool {
		return slices.ContainsFunc(l.packages, func(p string) bool { return pkg == p || strings.HasPrefix(pkg, p+"/") })
	})
}

func TestImportsRunOneWay(t *testing.T) {
	eachSource(t, func(s source) {
		pkg, inside := strings.CutPrefix(s.pkg, "internal/")
		if !inside || s.test || slices.Contains(forTests, pkg) {
			return
		}
		own := layerOf(pkg)
		if own < 0 {
			t.Errorf("%s: package %s has no layer yet: give it one in internal/house/imports_test.go", s.path, pkg)
			return
		}
		for path, at := range s.imports() {
			other, ours := strings.CutPrefix(path, "genjin/internal/")
			if !ours {
				continue
			}
			if slices.Contains(forTests, other) {
				t.Errorf("%s: %s is for tests alone", at, other)
			} else if layerOf(other) > own {
				t.Errorf("%s: %s must not import %s: %s", at, pkg, other, layers[own].reason)
			}
		}
	})
}

// bans are imports that only some may have.
var bans = []struct {
	path   string
	only   []string // below internal
	reason string
}{
	{
		"database/sql",
		[]string{"sqldb", "dbtest"},
		"sqldb is the one door to the database: transactions, durability and the two dialects are kept there",
	},
	{"database/sql/driver", []string{"sqldb", "clock", "id", "money", "entity"}, "types say how they are stored, nobody else talks to a driver"},
	{"github.com/jackc/pgx/v5", []string{"sqldb", "dbtest"}, "what differs between the databases is in sqldb"},
	{"modernc.org/sqlite", []string{"sqldb"}, "what differs between the databases is in sqldb"},
	{"github.com/xuri/excelize/v2", []string{"sheet"}, "files from outside are read inside the bounds that sheet sets"},
	{"net/http", []string{"api", "auth", "app", "files", "cli", "outbound", "deliver", "dav", "sms", "webform"}, "rules do not know through which door they are asked"},
	{"net/smtp", nil, "internal/mail sends mail"},
	{"github.com/wneessen/go-mail", []string{"mail"}, "internal/mail sends mail"},
	{"math/rand", nil, "use math/rand/v2 for jitter and crypto/rand for secrets"},
	{"unsafe", nil, "nothing here is worth it"},
	{"log", nil, "log with log/slog"},
	{"io/ioutil", nil, "it has been replaced by io and os"},
	{"genjin/web", []string{"app"}, "the page is put on the API in one place"},
	{
		"genjin/internal/crm",
		[]string{"crm", "app", "api", "dav", "demo", "testkit", "webform"},
		"the other parts work from definitions; one that knows an entity has to be changed with it",
	},
}

func TestBannedImports(t *testing.T) {
	eachSource(t, func(s source) {
		if s.test || !strings.HasPrefix(s.pkg, "internal/") {
			return
		}
		imports := s.imports()
		for _, b := range bans {
			if at, has := imports[b.path]; has && !s.in(b.only...) {
				t.Errorf("%s: %s is not for %s: %s", at, b.path, s.pkg, b.reason)
			}
		}
	})
}

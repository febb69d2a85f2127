package matrix

import (
	"fmt"
	"strings"
	"time"

	"genjin/internal/cn/codes"
	"genjin/internal/cn/uscc"
	"genjin/internal/entity"
)

// values makes values of every type, each there once, so that wherever one shows it names its source.
type values struct {
	n      int    // values made
	power  int    // powers of two given out
	summed string // the field that gets them
	later  bool   // the company is there: what is made now is no record's, and no day or minute of one
}

// canaryStart begins every text that is made here, and nothing else that the program says.
const canaryStart = "zq"

// canary gives a text that stands nowhere else: zq and six letters and digits.
func (g *values) canary() string {
	g.n++
	return fmt.Sprintf("%s%06s", canaryStart, base36(g.n))
}

// fresh gives a text of the same form that no record holds, for what the cases write.
func (g *values) fresh() string {
	g.n++
	return "zw" + fmt.Sprintf("%06s", base36(g.n))
}

func base36(n int) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	out := ""
	for n = n*7919 + 60466176; n > 0; n /= 36 { // six places, far apart
		out = string(digits[n%36]) + out
	}
	return out[len(out)-6:]
}

// of gives a value of a field as the API takes it; nil when the type is none that holds something of its own.
func (g *values) of(f *entity.Field) any {
	g.n++
	if f.Search == entity.SearchDigits && f.Type == entity.Text {
		return fmt.Sprint(5_000_000_000 + g.n*7919)
	}
	switch f.Type {
	case entity.Text, entity.LongText:
		return g.canary()
	case entity.URL:
		return "https://" + g.canary() + ".example.com"
	case entity.Email:
		return g.canary() + "@example.com"
	case entity.Phone:
		return g.phone()
	case entity.Phones:
		return g.phone() + "、" + g.phone()
	case entity.Int:
		return 1_000_000 + g.n
	case entity.Money:
		return g.money(f)
	case entity.Bool:
		return g.n%2 == 0
	case entity.Date, entity.Birthday:
		return g.day()
	case entity.DateTime:
		return g.moment()
	case entity.OneOf:
		return g.choice(f)
	case entity.AnyOf:
		return []string{g.choice(f)}
	case entity.Tags:
		return []string{g.canary()}
	case entity.CreditCode:
		return g.creditCode()
	}
	if of, ok := f.Type.(entity.Tree); ok {
		return g.code(of)
	}
	return nil
}

func (g *values) phone() string {
	g.n++
	return fmt.Sprintf("139%08d", 10_000_000+g.n)
}

// money gives a power of two to the first field of that type, so that a sum names what it was made of, as long as there
// are some.
func (g *values) money(f *entity.Field) int64 {
	const first, last = 20, 52 // below, numbers are not told apart; above, JSON has no room
	if g.summed == "" {
		g.summed = f.Name
	}
	if f.Name == g.summed && first+g.power <= last {
		g.power++
		return 1 << (first + g.power - 1)
	}
	return 7_000_000_000 + int64(g.n)*100 + 37
}

// day gives a day of the last century, moment a minute of this one: neither is taken for the other.
func (g *values) day() string {
	g.n++
	if g.later {
		return time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, g.n%20_000).Format(time.DateOnly)
	}
	return time.Date(1940, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, g.n%20_000).Format(time.DateOnly)
}

func (g *values) moment() string {
	g.n++
	if g.later {
		return time.Date(2000, 6, 15, 4, 0, 0, 0, time.UTC).Add(time.Duration(g.n%60_000) * time.Second).Format(time.RFC3339)
	}
	return time.Date(2001, 1, 1, 4, 0, 0, 0, time.UTC).Add(time.Duration(g.n) * 61 * time.Minute).Format(time.RFC3339)
}

// choice gives one of a field's choices that asks for nothing more.
func (g *values) choice(f *entity.Field) string {
	var offered []string
	for _, c := range f.Choices {
		if !c.Disabled && !strings.Contains(c.Value, "lost") {
			offered = append(offered, c.Value)
		}
	}
	if len(offered) == 0 {
		return ""
	}
	return offered[g.n%len(offered)]
}

// creditCode gives a code with the right last character.
func (g *values) creditCode() string {
	g.n++
	for _, last := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code := fmt.Sprintf("91440300%08d0%c", 10_000_000+g.n, last); uscc.Check(code) == nil {
			return code
		}
	}
	panic("matrix: no credit code can be made")
}

// code gives a code of a table.
func (g *values) code(of entity.Tree) string {
	g.n++
	leaves := leavesOf(tableOf(of))
	return leaves[g.n*7%len(leaves)]
}

func tableOf(of entity.Tree) *codes.Set {
	switch of {
	case entity.Region:
		return codes.Regions().Set
	case entity.Industry:
		return codes.Industries().Set
	}
	return codes.Countries().Set
}

func leavesOf(set *codes.Set) (leaves []string) {
	for _, c := range set.All() {
		if c.Leaf {
			leaves = append(leaves, c.Code)
		}
	}
	return leaves
}

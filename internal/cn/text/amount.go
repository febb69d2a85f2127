package text

import (
	"strings"

	"genjin/internal/errs"
	"genjin/internal/money"
)

// Amount is money as a cell says it: one value, a range, or an open end.
type Amount struct {
	Low, High       money.Minor
	HasLow, HasHigh bool   // both false for an empty text; one for 10万以上 or 50万以内
	Currency        string // ISO 4217; "" when none was named, which means CNY
	About           bool   // 约, 左右: not exact
}

// One gives the amount where the text says exactly one value.
func (a Amount) One() (money.Minor, bool) { return a.Low, a.HasLow && a.HasHigh && a.Low == a.High }

// IsRange reports whether the text gives two values or an open end.
func (a Amount) IsRange() bool { return a.HasLow != a.HasHigh || a.Low != a.High }

// IsEmpty reports whether the text gave no amount.
func (a Amount) IsEmpty() bool { return !a.HasLow && !a.HasHigh }

// ReadAmount reads money: 1200.5, ¥1,200.50, 10万, 1.5亿, 8-12万, 8万~12万, 1000万元人民币, 500万美元, 三十万, 约10万, 10万以上,
// 50万以内, (1,200.00). A placeholder gives the zero Amount. Errors have the keys amount.*.
func ReadAmount(s string) (Amount, error) {
	if m, ok := plainAmount(s); ok {
		return Amount{Low: m, High: m, HasLow: true, HasHigh: true}, nil
	}
	c := Fold(s)
	if IsEmpty(c) || c == "面议" || c == "保密" {
		return Amount{}, nil
	}
	if len(c) > 64 {
		return Amount{}, amountProblem("amount.unreadable", c)
	}
	var a Amount
	c, a.Currency = takeCurrency(c)
	c, a.About = takeAbout(c)
	c, open := takeOpenEnd(c)
	key := a.values(c)
	switch {
	case key != "":
	case a.Low > a.High:
		a.Low, a.High = a.High, a.Low
	case open == 0:
	case a.Low != a.High:
		key = "amount.unreadable"
	case open > 0:
		a.High, a.HasHigh = 0, false
	default:
		a.Low, a.HasLow = 0, false
	}
	if key != "" {
		return Amount{}, amountProblem(key, strings.TrimSpace(s))
	}
	return a, nil
}

// plainAmount takes digits with at most two decimals, which most cells are.
func plainAmount(s string) (money.Minor, bool) {
	if len(s) == 0 || len(s) > 12 {
		return 0, false
	}
	var n int64
	dot := -1
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
		case c == '.' && dot < 0 && i > 0:
			dot = i
		default:
			return 0, false
		}
	}
	if dot < 0 {
		return money.Minor(n * 100), true
	}
	switch len(s) - dot - 1 {
	case 1:
		return money.Minor(n * 10), true
	case 2:
		return money.Minor(n), true
	}
	return 0, false
}

// values reads the one or two values of c; key says why it cannot.
func (a *Amount) values(c string) (key string) {
	c = strings.ReplaceAll(c, " ", "")
	if inner, ok := strings.CutPrefix(c, "("); ok && strings.HasSuffix(inner, ")") {
		c = "-" + inner[:len(inner)-1] // bookkeepers' minus
	}
	first, second, ranged := cutRange(c)
	if !ranged {
		a.Low, key = oneAmount(c, 0)
		a.High, a.HasLow, a.HasHigh = a.Low, true, true
		return key
	}
	low, high := unitOf(first), unitOf(second)
	if low == 0 && high > 0 && !strings.Contains(first, "元") {
		low = high // 8-12万: the unit is said once
	} else {
		low = 0
	}
	if a.Low, key = oneAmount(first, low); key == "" {
		a.High, key = oneAmount(second, 0)
	}
	a.HasLow, a.HasHigh = true, true
	return key
}

// cutRange cuts 8-12, 8~12, 8至12, 8到12; a leading minus is no range.
func cutRange(c string) (first, second string, ok bool) {
	for _, mark := range []string{"~", "至", "到", "--", "-"} {
		if i := strings.Index(c[min(1, len(c)):], mark); i >= 0 {
			return c[:i+1], c[i+1+len(mark):], true
		}
	}
	return c, "", false
}

// unitOf gives the power that ends a value, 0 for none.
func unitOf(s string) int64 {
	_, unit := cutUnit(s)
	return unit
}

var amountUnits = []struct {
	text string
	unit int64
}{{"万亿", 1e12}, {"亿", 1e8}, {"億", 1e8}, {"千万", 1e7}, {"百万", 1e6}, {"十万", 1e5}, {"万", 1e4}, {"萬", 1e4}, {"w", 1e4}, {"千", 1e3}, {"k", 1e3}, {"m", 1e6}, {"百", 100}}

// cutUnit takes the ending unit (万, 亿, k …, behind it 元) off a value.
func cutUnit(s string) (rest string, unit int64) {
	for _, yuan := range []string{"元整", "块钱", "元", "块", "圆", "整"} {
		if cut, ok := strings.CutSuffix(s, yuan); ok {
			s = cut
			break
		}
	}
	for _, u := range amountUnits {
		if cut, ok := strings.CutSuffix(s, u.text); ok {
			return cut, u.unit
		}
	}
	return s, 0
}

// oneAmount reads one value; unit, when not 0, is one said elsewhere.
func oneAmount(s string, unit int64) (m money.Minor, key string) {
	number, own := cutUnit(s)
	if own == 0 {
		own = max(unit, 1)
	}
	minor, ok := decimal(number, own)
	if !ok {
		minor, ok = hanAmount(s, unit)
	}
	switch {
	case !ok:
		return 0, "amount.unreadable"
	case minor > int64(money.Max) || minor < -int64(money.Max):
		return 0, "amount.too_large"
	}
	return money.Minor(minor), ""
}

// tooMuch marks amounts past money.Max without overflow.
const tooMuch = 1 << 62

// decimal reads digits with thousands separators and decimals, times unit, in minor units, rounded half away from zero.
func decimal(s string, unit int64) (minor int64, ok bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")
	whole, frac, _ := strings.Cut(digits, ".")
	whole, ok = dropThousands(whole)
	if !ok || whole+frac == "" || len(frac) > 18 || frac != "" && digitsAt(frac) < 0 {
		return 0, false
	}
	scale := unit * 100
	for _, c := range whole {
		if minor = minor*10 + int64(c-'0'); minor > tooMuch/scale/10 {
			return tooMuch, true
		}
	}
	minor *= scale
	for i := 0; i < len(frac) && scale > 1; i++ {
		part := int64(frac[i]-'0') * scale
		scale /= 10
		minor += part / 10
		if scale == 1 && i+1 < len(frac) && frac[i+1] >= '5' {
			minor++
		}
	}
	if strings.HasPrefix(s, "-") {
		minor = -minor
	}
	return minor, true
}

// dropThousands takes the commas out of 1,200,000; false when they stand anywhere else or something is no digit.
func dropThousands(s string) (string, bool) {
	if strings.Contains(s, ",") {
		groups := strings.Split(s, ",")
		for i, g := range groups {
			if len(g) != 3 && (i > 0 || len(g) == 0 || len(g) > 3) {
				return "", false
			}
		}
		s = strings.Join(groups, "")
	}
	return s, s == "" || digitsAt(s) >= 0
}

// hanAmount reads a numeral such as 三十万 or 贰佰元整.
func hanAmount(s string, unit int64) (int64, bool) {
	for _, yuan := range []string{"元整", "圆整", "块钱", "元", "圆", "块", "整"} {
		s = strings.TrimSuffix(s, yuan)
	}
	n, ok := hanNumber(s)
	if !ok || n > int64(money.Max)/100/max(unit, 1) {
		return 0, false
	}
	return n * 100 * max(unit, 1), true
}

var currencies = []struct{ text, code string }{
	{"人民币", "CNY"},
	{"rmb", "CNY"},
	{"cny", "CNY"},
	{"¥", "CNY"},
	{"美元", "USD"},
	{"美金", "USD"},
	{"usd", "USD"},
	{"us$", "USD"},
	{"港元", "HKD"},
	{"港币", "HKD"},
	{"港幣", "HKD"},
	{"hkd", "HKD"},
	{"hk$", "HKD"},
	{"欧元", "EUR"},
	{"eur", "EUR"},
	{"€", "EUR"},
	{"英镑", "GBP"},
	{"gbp", "GBP"},
	{"£", "GBP"},
	{"日元", "JPY"},
	{"日币", "JPY"},
	{"jpy", "JPY"},
	{"新台币", "TWD"},
	{"台币", "TWD"},
	{"twd", "TWD"},
	{"nt$", "TWD"},
	{"新加坡元", "SGD"},
	{"新币", "SGD"},
	{"sgd", "SGD"},
	{"s$", "SGD"},
	{"澳元", "AUD"},
	{"aud", "AUD"},
	{"澳门元", "MOP"},
	{"加元", "CAD"},
	{"cad", "CAD"},
	{"韩元", "KRW"},
	{"krw", "KRW"},
	{"卢布", "RUB"},
	{"rub", "RUB"},
	{"$", "USD"},
}

// takeCurrency takes every mention of the currency out of c; the first found names it.
func takeCurrency(c string) (rest, code string) {
	for _, cur := range currencies {
		if !strings.Contains(c, cur.text) {
			continue
		}
		if code == "" {
			code = cur.code
		}
		if code == cur.code {
			c = strings.ReplaceAll(c, cur.text, "")
		}
	}
	return strings.ReplaceAll(c, "()", ""), code
}

// takeAbout takes the words for “roughly” out of c.
func takeAbout(c string) (rest string, about bool) {
	for _, word := range []string{"大约", "约", "左右", "上下", "大概", "预计", "近"} {
		if strings.Contains(c, word) {
			c, about = strings.Replace(c, word, "", 1), true
		}
	}
	return c, about
}

// takeOpenEnd takes 以上, 以内 and the like off c: +1 means at least, -1 at most.
func takeOpenEnd(c string) (rest string, open int) {
	c = strings.TrimSpace(c)
	for _, word := range []string{"及以上", "以上", "起"} {
		if cut, ok := strings.CutSuffix(c, word); ok {
			return cut, 1
		}
	}
	for _, word := range []string{"及以下", "以下", "以内", "之内", "封顶"} {
		if cut, ok := strings.CutSuffix(c, word); ok {
			return cut, -1
		}
	}
	for _, word := range []string{"大于等于", "大于", "超过", "不低于", "至少", "≥", ">=", ">"} {
		if cut, ok := strings.CutPrefix(c, word); ok {
			return cut, 1
		}
	}
	for _, word := range []string{"小于等于", "小于", "不超过", "不高于", "最多", "≤", "<=", "<"} {
		if cut, ok := strings.CutPrefix(c, word); ok {
			return cut, -1
		}
	}
	return c, 0
}

func amountProblem(key, value string) *errs.Error {
	return errs.New(errs.Invalid, key, "value", clip(value))
}

// ReadPercent reads 15%, 15％, 百分之十五, 15 or 0.5% as percentage points; a placeholder gives ok false without an error.
func ReadPercent(s string) (points float64, ok bool, err error) {
	c := Fold(s)
	if IsEmpty(c) {
		return 0, false, nil
	}
	c = strings.TrimSpace(strings.TrimSuffix(c, "%"))
	if rest, found := strings.CutPrefix(c, "百分之"); found {
		if n, fine := smallNumber(rest); fine {
			return float64(n), true, nil
		}
		c = rest
	}
	minor, fine := decimal(c, 100)
	if !fine || minor >= tooMuch {
		return 0, false, errs.New(errs.Invalid, "percent.unreadable", "value", clip(strings.TrimSpace(s)))
	}
	return float64(minor) / 10_000, true, nil
}

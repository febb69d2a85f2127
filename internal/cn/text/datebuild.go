package text

import (
	"strings"
	"time"

	"genjin/internal/clock"
)

// assemble makes the date of the parts.
func (ds Dates) assemble(p *dateParts, s string) (When, error) {
	if p.serial > 0 {
		if w, ok := ds.Serial(p.serial); ok {
			return w, nil
		}
		return When{}, dateProblem("date.unreadable", s)
	}
	w, key := ds.day(p)
	if key == "" && !p.addTime(&w) {
		key = "date.time"
	}
	if key != "" {
		return When{}, dateProblem(key, s)
	}
	return w, nil
}

// day finds year, month and day; key says why it cannot.
func (ds Dates) day(p *dateParts) (w When, key string) {
	y, m, d, key := ds.roles(p)
	if key != "" {
		return w, key
	}
	switch {
	case y == 0:
		w.NoYear = true
		if y, _, _ = split(ds.Today); y == 0 {
			return w, "date.no_year"
		}
	case m == 0:
		m, d, w.Partial = 1, 1, true
	case d == 0:
		d, w.Partial = 1, true
	}
	if w.Date = dateOf(y, m, d); w.Date == "" || y < 1000 {
		return w, "date.impossible"
	}
	return w, ""
}

// roles says which number is what; a missing one is 0.
func (ds Dates) roles(p *dateParts) (y, m, d int, key string) {
	switch {
	case p.marked:
		return p.byUnit()
	case p.month > 0:
		return p.byMonthWord()
	case p.n == 3:
		return ds.byOrder(p)
	case p.n == 2:
		return ds.two(p)
	}
	if p.digits[0] == 4 && p.num[0] >= 1900 && p.num[0] < 2100 {
		return p.num[0], 0, 0, ""
	}
	return 0, 0, 0, "date.unreadable"
}

// byUnit follows 年, 月, 日; a number without a unit is the one that comes next (2024年3月1).
func (p *dateParts) byUnit() (y, m, d int, key string) {
	next := byte('y')
	var seen [128]bool
	for k := range p.n {
		unit := p.unit[k]
		if unit == 0 {
			unit = next
		}
		if seen[unit] {
			return 0, 0, 0, "date.unreadable"
		}
		seen[unit] = true
		v := p.num[k]
		switch unit {
		case 'y':
			if p.digits[k] != 2 && p.digits[k] != 4 {
				return 0, 0, 0, "date.unreadable"
			}
			y, next = fullYear(v, p.digits[k]), 'm'
		case 'm':
			m, next = v, 'd'
		case 'd':
			d, next = v, 0
		default:
			return 0, 0, 0, "date.unreadable"
		}
		if v == 0 && unit != 'y' {
			return 0, 0, 0, "date.impossible"
		}
	}
	if d > 0 && m == 0 {
		return 0, 0, 0, "date.unreadable"
	}
	return y, m, d, ""
}

// byMonthWord reads 1 Mar 2024, Mar 1, 2024, Mar-24 (month and year), 1-Mar.
func (p *dateParts) byMonthWord() (y, m, d int, key string) {
	switch {
	case p.n == 2 && p.digits[0] == 4:
		return p.num[0], p.month, p.num[1], ""
	case p.n == 2:
		return fullYear(p.num[1], p.digits[1]), p.month, p.num[0], ""
	case p.n == 1 && p.digits[0] == 4:
		return p.num[0], p.month, 0, ""
	case p.n == 1 && p.at == 0 && p.digits[0] == 2 && (p.dash || p.num[0] > 31): // Nov-26, as spreadsheets show a month
		return fullYear(p.num[0], 2), p.month, 0, ""
	case p.n == 1:
		return 0, p.month, p.num[0], ""
	}
	return 0, 0, 0, "date.unreadable"
}

// byOrder reads three plain numbers. A four-digit year says where it stands; month and day follow Order, unless one of
// them is past twelve. Under YMD a year at the end leaves them open.
func (ds Dates) byOrder(p *dateParts) (y, m, d int, key string) {
	a, b, c := p.num[0], p.num[1], p.num[2]
	switch {
	case p.digits[0] == 3 || p.digits[2] == 3:
		return 0, 0, 0, "date.unreadable"
	case p.digits[0] == 4:
		return a, b, c, zeroPart(b, c)
	case p.digits[0] == 2 && p.digits[2] != 4 && (ds.Order == YMD || ds.Order == ""):
		if !p.fits(YMD) && (p.fits(MDY) || p.fits(DMY)) {
			return 0, 0, 0, "date.order"
		}
		return fullYear(a, 2), b, c, zeroPart(b, c)
	}
	y = fullYear(c, p.digits[2])
	switch {
	case a > 12, ds.Order == DMY && b <= 12:
		return y, b, a, zeroPart(a, b)
	case b > 12, ds.Order == MDY, a == b:
		return y, a, b, zeroPart(a, b)
	}
	return 0, 0, 0, "date.order"
}

func zeroPart(a, b int) string {
	if a == 0 || b == 0 {
		return "date.impossible"
	}
	return ""
}

// two reads 2024-03, 03/2024, and 3-1 or 3/1 as month and day (day and month under DMY).
func (ds Dates) two(p *dateParts) (y, m, d int, key string) {
	a, b := p.num[0], p.num[1]
	switch {
	case p.digits[0] == 4:
		return a, b, 0, zeroPart(a, b)
	case p.digits[1] == 4:
		return b, a, 0, zeroPart(a, b)
	case ds.Order == DMY:
		return 0, b, a, zeroPart(a, b)
	}
	return 0, a, b, zeroPart(a, b)
}

// addTime puts the time of day into w; false when there is no such time.
func (p *dateParts) addTime(w *When) bool {
	if !p.hasTime {
		return !p.am && !p.pm
	}
	h, m, s := p.clock[0], p.clock[1], p.clock[2]
	switch {
	case p.pm && h < 12:
		h += 12
	case p.am && h == 12:
		h = 0
	}
	if h == 24 && m == 0 && s == 0 {
		h, w.Date = 0, w.Date.AddDays(1)
	}
	if h > 23 || m > 59 || s > 59 {
		return false
	}
	w.HasTime, w.Hour, w.Minute, w.Second, w.Zone = true, h, m, s, p.zone
	return true
}

var dayWords = map[string]int{
	"今天": 0, "今日": 0, "当天": 0, "今": 0, "today": 0, "现在": 0,
	"昨天": -1, "昨日": -1, "yesterday": -1, "前天": -2, "大前天": -3,
	"明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3,
}

// relative reads days that hang on Today, perhaps with a time: 今天, 下周一, 3天后, 月底, 明天 10:30, 后天下午3点.
func (ds Dates) relative(s string) (When, bool) {
	if ds.Today == "" {
		return When{}, false
	}
	if d, ok := ds.wordDay(s); ok {
		return When{Date: d}, true
	}
	for i := range s {
		if i == 0 {
			continue
		}
		var p dateParts
		if d, ok := ds.wordDay(strings.TrimSpace(s[:i])); ok && p.scan(s[i:]) && p.n == 0 && p.hasTime {
			w := When{Date: d}
			ok = p.addTime(&w)
			return w, ok
		}
	}
	return When{}, false
}

// wordDay reads one day that hangs on Today.
func (ds Dates) wordDay(s string) (clock.Date, bool) {
	if n, ok := dayWords[s]; ok {
		return ds.Today.AddDays(n), true
	}
	if d, ok := ds.weekday(s); ok {
		return d, true
	}
	if d, ok := ds.distance(s); ok {
		return d, true
	}
	y, m, _ := split(ds.Today)
	switch s {
	case "月底", "本月底", "月末":
		return dateOf(y, m, monthDays(y, m)), true
	case "下月初", "下个月初":
		return addMonths(ds.Today, 1)[:8] + "01", true
	case "年底", "年末":
		return dateOf(y, 12, 31), true
	}
	return "", false
}

// weekdays are counted from Monday.
var weekdays = map[string]int{
	"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5,
	"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6,
}

// weekday reads 周五, 本周五, 下周一, 上周日, 下下周三; weeks begin on Monday.
func (ds Dates) weekday(s string) (clock.Date, bool) {
	weeks := 0
	for strings.HasPrefix(s, "下") {
		weeks, s = weeks+1, s[len("下"):]
	}
	for weeks <= 0 && strings.HasPrefix(s, "上") {
		weeks, s = weeks-1, s[len("上"):]
	}
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "本"), "这"), "个")
	for _, week := range []string{"周", "星期", "礼拜"} {
		day, ok := strings.CutPrefix(s, week)
		if !ok {
			continue
		}
		wanted, ok := weekdays[day]
		now := (int(ds.Today.In(time.UTC).Weekday()) + 6) % 7
		return ds.Today.AddDays(wanted - now + 7*weeks), ok
	}
	return "", false
}

// distance reads 3天后, 两周前, 1个月后, 半年后.
func (ds Dates) distance(s string) (clock.Date, bool) {
	sign := 1
	rest, ok := strings.CutSuffix(s, "后")
	if !ok {
		if rest, ok = strings.CutSuffix(s, "前"); !ok {
			return "", false
		}
		sign = -1
	}
	rest = strings.TrimSuffix(rest, "以")
	if rest == "半年" {
		return addMonths(ds.Today, 6*sign), true
	}
	for _, u := range [...]struct {
		text         string
		days, months int
	}{{"天", 1, 0}, {"日", 1, 0}, {"周", 7, 0}, {"个星期", 7, 0}, {"星期", 7, 0}, {"个月", 0, 1}, {"年", 0, 12}} {
		count, ok := strings.CutSuffix(rest, u.text)
		if !ok {
			continue
		}
		n, ok := smallNumber(count)
		if !ok || n > 1000 {
			return "", false
		}
		if u.months > 0 {
			return addMonths(ds.Today, sign*n*u.months), true
		}
		return ds.Today.AddDays(sign * n * u.days), true
	}
	return "", false
}

// addMonths gives the same day n months later, or the month's last when it is shorter.
func addMonths(date clock.Date, n int) clock.Date {
	y, m, d := split(date)
	m += n - 1
	y += m / 12
	if m %= 12; m < 0 {
		y, m = y-1, m+12
	}
	return dateOf(y, m+1, min(d, monthDays(y, m+1)))
}

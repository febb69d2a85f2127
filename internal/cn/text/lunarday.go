package text

import "strings"

// LunarDay is a day of the lunar calendar without or with its year, as birthdays are given.
type LunarDay struct {
	Year  int // 0 when none was given
	Month int // 1–12
	Day   int // 1–30
	Leap  bool
}

// Birthday is a birthday of either calendar.
type Birthday struct {
	Solar When     // zero when the day is lunar
	Lunar LunarDay // Month is 0 when the day is solar
}

// IsLunar reports whether the birthday is of the lunar calendar.
func (b Birthday) IsLunar() bool { return b.Lunar.Month > 0 }

// ReadBirthday reads a birthday of the solar calendar (as Read does) or of the lunar one: 农历八月十五, 八月初三（农历）,
// 1985年闰四月初六, 阴历8月15. Without any word for the calendar, only day names such as 初三, 廿六 make it lunar.
func (ds Dates) ReadBirthday(s string) (Birthday, error) {
	c := Clean(s)
	if len(c) <= 64 && !IsEmpty(c) {
		day, ok, named := lunarDay(c)
		if ok {
			return Birthday{Lunar: day}, nil
		}
		if named {
			return Birthday{}, dateProblem("date.lunar_unreadable", c)
		}
	}
	when, err := ds.Read(s)
	return Birthday{Solar: when}, err
}

// lunarDay reads a lunar day; named says that the text speaks of the lunar calendar.
func lunarDay(s string) (day LunarDay, ok, named bool) {
	for _, word := range []string{"农历", "阴历", "旧历", "古历", "lunar", "农"} {
		if rest := strings.Replace(s, word, "", 1); rest != s {
			s, named = rest, true
			break
		}
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("()[] -:.", r) {
			return -1
		}
		return r
	}, s)
	if named && s != "" && digitsAt(s) >= 0 { // 农历 0815, 19850815
		return packedLunar(s)
	}
	year, rest, found := strings.Cut(s, "年")
	if !found {
		year, rest = "", s
	}
	month, dayText, found := strings.Cut(rest, "月")
	if !found {
		return LunarDay{}, false, named
	}
	if month, day.Leap = strings.CutPrefix(month, "闰"); month == "" {
		return LunarDay{}, false, named
	}
	var fine [3]bool
	day.Year, fine[0] = lunarYear(year)
	day.Month, fine[1] = lunarMonth(month)
	var plain bool
	day.Day, plain, fine[2] = lunarDayName(dayText)
	plain = plain && !named && !day.Leap && month != "正" && month != "冬" && month != "腊"
	if !fine[0] || !fine[1] || !fine[2] || plain {
		return LunarDay{}, false, named
	}
	return day, true, named
}

// packedLunar reads mmdd or yyyymmdd.
func packedLunar(s string) (LunarDay, bool, bool) {
	var d LunarDay
	if len(s) == 8 {
		d.Year, s = digitsAt(s[:4]), s[4:]
	}
	if len(s) != 4 {
		return LunarDay{}, false, true
	}
	d.Month, d.Day = digitsAt(s[:2]), digitsAt(s[2:])
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 30 {
		return LunarDay{}, false, true
	}
	return d, true, true
}

// lunarYear reads 1985, 85 or 一九八五; "" is no year.
func lunarYear(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	n := digitsAt(s)
	if n < 0 {
		n = 0
		for _, r := range s {
			d, ok := hanDigit(r)
			if !ok {
				return 0, false
			}
			n = n*10 + d
		}
	}
	if n < 100 {
		n = fullYear(n, 2)
	}
	return n, n >= 1900 && n <= 2100
}

func lunarMonth(s string) (int, bool) {
	switch s {
	case "正":
		return 1, true
	case "冬":
		return 11, true
	case "腊", "臘":
		return 12, true
	}
	n, ok := smallNumber(s)
	return n, ok && n >= 1 && n <= 12
}

// lunarDayName reads 初三, 十五, 廿六, 三十, 15日. plain says that the solar calendar writes such a day too.
func lunarDayName(s string) (n int, plain, ok bool) {
	if rest, found := strings.CutPrefix(s, "初"); found {
		n, ok = smallNumber(rest)
		return n, false, ok && n >= 1 && n <= 10
	}
	if rest, found := strings.CutPrefix(s, "廿"); found {
		n, ok = smallNumber(rest)
		return 20 + n, false, (ok || rest == "") && n <= 9
	}
	s = strings.TrimSuffix(strings.TrimSuffix(s, "日"), "号")
	n, ok = smallNumber(s)
	return n, true, ok && n >= 1 && n <= 30
}

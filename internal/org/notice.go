package org

import (
	"context"
	"io"
	"strings"

	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/cn/workcal"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/sheet"
)

// noticeLimits bound a notice: it has a few dozen rows.
func noticeLimits() sheet.Limits {
	l := sheet.DefaultLimits()
	l.FileBytes, l.UnzippedBytes, l.StringBytes, l.Rows, l.Columns, l.Cells = 1<<20, 16<<20, 16<<20, 10_000, 64, 100_000
	return l
}

// NoticeBytes is how large the file of a notice may be.
const NoticeBytes = 1 << 20

// ReadNotice reads the special days of one or more years from a workbook or separated text with a row for each: date, name,
// and 1 for a day off or 0 for one that is worked (休 and 班 are understood, too). A heading, and columns after these, are
// left aside. Errors are *errs.Error and name the row.
func ReadNotice(ctx context.Context, r io.ReaderAt, size int64, name string) (map[clock.Date]workcal.Day, error) {
	book, err := sheet.Open(r, size, name, noticeLimits())
	if err != nil {
		return nil, err
	}
	defer book.Close()
	days, heading := map[clock.Date]workcal.Day{}, true
	for row, err := range book.Rows(ctx, 0) {
		if err != nil {
			return nil, err
		}
		date, day, ok := noticeRow(row)
		if !ok && heading {
			heading = false // one row may say what the columns are
			continue
		}
		heading = false
		if !ok {
			return nil, errs.OfField("file", "workcal.notice", "row", row.Number, "value", entity.Clip(rowText(row), 60))
		}
		if before, twice := days[date]; twice && before != day {
			return nil, errs.OfField("file", "workcal.twice", "row", row.Number, "value", string(date))
		}
		days[date] = day
	}
	if len(days) == 0 {
		return nil, errs.OfField("file", "workcal.no_days")
	}
	if len(days) > mostDays {
		return nil, errs.OfField("file", "workcal.days", "max", mostDays)
	}
	return days, nil
}

func noticeRow(row sheet.Row) (clock.Date, workcal.Day, bool) {
	stored, problem := entity.Date.FromCell(row.Cell(0), nil, &entity.Env{DateOrder: "ymd"})
	date, _ := stored.(string)
	off, known := offWords[strings.ToLower(text.Tidy(row.Cell(2).String()))]
	if c := row.Cell(2); c.Kind == sheet.Bool {
		off, known = c.Num == 1, true
	}
	if problem != nil || date == "" || !known {
		return "", workcal.Day{}, false
	}
	return clock.Date(date), workcal.Day{Name: entity.Clip(text.Tidy(row.Cell(1).String()), mostNameOf), Off: off}, true
}

// offWords are how people write whether a day is off.
var offWords = map[string]bool{
	"1": true, "休": true, "放假": true, "休息": true, "休假": true, "是": true, "true": true, "yes": true, "off": true,
	"0": false, "班": false, "上班": false, "调休上班": false, "补班": false, "否": false, "false": false, "no": false, "work": false,
}

func rowText(row sheet.Row) string {
	parts := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		parts[i] = c.String()
	}
	return strings.Join(parts, " ")
}

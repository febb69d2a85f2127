package sheet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

const benchRows = 20_000

// benchRow is a customer row of twenty columns: texts, some of them the same in many rows, dates, amounts, numbers.
func benchRow(i int) []Value {
	at := time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(i) * 7 * time.Minute)
	return []Value{
		Str(fmt.Sprintf("KH%06d", i)), Str(fmt.Sprintf("深圳市第%d精密机械有限公司", i)), Str("制造业"), Str("广东省"), Str("深圳市"),
		Str(fmt.Sprintf("联系人%d", i%5000)), Str("采购经理"), Str(fmt.Sprintf("138%08d", i)), Str(fmt.Sprintf("u%d@example.com", i)),
		Str("展会"), Str("高意向"), Day(at), Str("谈判中"), Money(int64(i) * 12345), Int(int64(i % 97)), Str("李四"), Moment(at),
		Str("已演示基础功能，客户关注数据安全"),
		{},
		Num(float64(i) / 7),
	}
}

func benchFile(b *testing.B, begin func(io.Writer) Writer) []byte {
	var file bytes.Buffer
	w := begin(&file)
	columns := make([]Column, 20)
	for i := range columns {
		columns[i].Title = "列" + ColumnName(i)
	}
	if err := w.Header(columns); err != nil {
		b.Fatal(err)
	}
	for i := range benchRows {
		if err := w.Row(benchRow(i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// excelizeFile is the same table with shared strings, as Excel writes it.
func excelizeFile(b *testing.B) []byte {
	f := excelize.NewFile()
	defer f.Close()
	for i := range benchRows {
		var row []any
		for _, v := range benchRow(i) {
			switch v.kind {
			case valueText:
				row = append(row, v.text)
			case valueDate, valueDateTime:
				row = append(row, v.time)
			case valueNone:
				row = append(row, nil)
			case valueInt, valueMoney:
				row = append(row, v.whole)
			default:
				row = append(row, v.num)
			}
		}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &row); err != nil {
			b.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

func reportRows(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func benchRead(b *testing.B, data []byte, name string, want int) {
	b.ReportAllocs()
	for b.Loop() {
		book := openBytes(b, data, name)
		n := 0
		for _, err := range book.Rows(context.Background(), 0) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != want {
			b.Fatalf("%d rows", n)
		}
	}
	reportRows(b, want)
}

func BenchmarkReadXLSX(b *testing.B) {
	shared, inline := excelizeFile(b), benchFile(b, writers["xlsx"])
	b.Run("shared", func(b *testing.B) { benchRead(b, shared, "x.xlsx", benchRows) })
	b.Run("inline", func(b *testing.B) { benchRead(b, inline, "x.xlsx", benchRows+1) })
	b.Run("excelize", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := excelize.OpenReader(bytes.NewReader(shared))
			if err != nil {
				b.Fatal(err)
			}
			rows, err := f.Rows("Sheet1")
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				if _, err := rows.Columns(); err != nil {
					b.Fatal(err)
				}
			}
			f.Close()
		}
		reportRows(b, benchRows)
	})
}

func BenchmarkReadCSV(b *testing.B) {
	benchRead(b, benchFile(b, writers["csv"]), "x.csv", benchRows+1)
}

func BenchmarkWrite(b *testing.B) {
	for format, begin := range writers {
		b.Run(format, func(b *testing.B) {
			rows := make([][]Value, benchRows)
			for i := range rows {
				rows[i] = benchRow(i)
			}
			b.ReportAllocs()
			for b.Loop() {
				w := begin(io.Discard)
				for _, row := range rows {
					if err := w.Row(row); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			reportRows(b, benchRows)
		})
	}
	b.Run("excelize", benchStreamWriter)
}

func benchStreamWriter(b *testing.B) {
	rows := make([][]any, benchRows)
	for i := range rows {
		for _, v := range benchRow(i) {
			if v.kind == valueText {
				rows[i] = append(rows[i], v.text)
			} else {
				rows[i] = append(rows[i], strings.Count(v.text, "")+i)
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		f := excelize.NewFile()
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		for i, row := range rows {
			if err := w.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
	reportRows(b, benchRows)
}

package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"

	"genjin/internal/sheet/xmlscan"
)

// ranges gives the merged ranges of a sheet. They stand behind the rows, so the part is unpacked once more for them;
// what is found is kept for the next reading.
func (b *xlsxBook) ranges(ctx context.Context, sheet int) ([]merge, error) {
	if list, ok := b.merged[sheet]; ok {
		return list, nil
	}
	part, err := b.open(b.parts[sheet])
	if err != nil {
		return nil, err
	}
	defer part.Close()
	rest, err := afterRows(ctx, xmlscan.UTF8(part))
	if err != nil || rest == nil {
		// A damaged part says so again when its rows are read, after those that are whole.
		return nil, ctx.Err()
	}
	list, err := b.mergeCells(xmlscan.New(rest))
	if err == nil {
		b.merged[sheet] = list
	}
	return list, err
}

var rowsEnd = regexp.MustCompile(`</(\w+:)?sheetData\s*>`)

// afterRows passes over a sheet's rows and gives the XML behind them, made whole by a start tag; nil without rows.
func afterRows(ctx context.Context, r io.Reader) (io.Reader, error) {
	const overlap = 64
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := io.ReadFull(r, buf[kept:])
		data := buf[:kept+n]
		if i := bytes.Index(data, []byte("sheetData")); i >= 0 {
			if at := rowsEnd.FindIndex(data[max(0, i-overlap):]); at != nil {
				rest := bytes.Clone(data[max(0, i-overlap)+at[1]:])
				return io.MultiReader(strings.NewReader("<worksheet>"), bytes.NewReader(rest), r), nil
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		kept = copy(buf, data[len(data)-overlap:])
	}
}

// mergeCells reads the merged ranges; what follows them is not looked at.
func (b *xlsxBook) mergeCells(s *xmlscan.Scanner) ([]merge, error) {
	var list []merge
	for {
		kind, err := s.Next()
		if err != nil { // whatever is wrong behind the rows does not touch them
			return list, nil
		}
		switch {
		case kind == xmlscan.End && string(s.Name) == "mergeCells":
			return list, nil
		case kind != xmlscan.Start || string(s.Name) != "mergeCell":
			continue
		}
		if len(list) >= b.lim.Merges {
			return nil, failLarge("too_many_merges")
		}
		if m, ok := parseRange(s.Attr("ref")); ok {
			list = append(list, m)
		}
	}
}

// parseRange reads A1:B2.
func parseRange(ref []byte) (merge, bool) {
	from, to, found := bytes.Cut(ref, []byte(":"))
	left, top, ok := parseRef(from)
	right, bottom, ok2 := parseRef(to)
	if !found || !ok || !ok2 || right < left || bottom < top || top == 0 {
		return merge{}, false
	}
	return merge{top: int32(top), bottom: int32(bottom), left: int32(left), right: int32(right)}, true
}

package sheet

import (
	"strconv"

	"genjin/internal/sheet/xmlscan"
)

const maxStyles = 100_000

// readStyles reads what the cell styles say about numbers, by style number. A missing part gives none.
func (c *container) readStyles(name string) ([]*numFmt, error) {
	custom := map[int]*numFmt{}
	var styles []*numFmt
	err := c.scan(name, func(s *xmlscan.Scanner) error {
		switch string(s.Name) {
		case "numFmt":
			if id, err := strconv.Atoi(string(s.Attr("numFmtId"))); err == nil && len(custom) < maxStyles {
				f := parseFormat(string(s.Attr("formatCode")))
				custom[id] = &f
			}
		case "cellStyleXfs", "dxfs", "fonts", "fills", "borders", "extLst":
			return s.Skip()
		case "xf":
			if len(styles) < maxStyles {
				id, _ := strconv.Atoi(string(s.Attr("numFmtId")))
				styles = append(styles, styleOf(id, custom))
			}
		}
		return nil
	})
	return styles, err
}

// styleOf gives the meaning of a format's number: the file's own, else the built-in.
func styleOf(id int, custom map[int]*numFmt) *numFmt {
	if f := custom[id]; f != nil {
		return f
	}
	switch f := builtinFormat(id); f {
	case plainFormat:
		return &plainFormat
	case dateFormat:
		return &dateFormat
	case dateTimeFormat:
		return &dateTimeFormat
	default:
		custom[id] = &f
		return &f
	}
}

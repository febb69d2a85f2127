package sheet

// Limits bounds what a file may cost. A file past one of them is refused with a sentence that names it.
type Limits struct {
	FileBytes     int64 // the file as it is given
	UnzippedBytes int64 // any one part of it, unpacked
	StringBytes   int64 // texts kept in memory while a book is open (shared strings)
	Sheets        int
	Rows          int // rows with a value in one sheet
	Columns       int // the last column with a value
	Cells         int // cells of one sheet, empty ones between others too
	Merges        int // merged ranges of one sheet
	CellBytes     int // the text of one cell
}

// DefaultLimits are those for files from users: 200 MB, and a whole worksheet of rows.
func DefaultLimits() Limits {
	return Limits{
		FileBytes:     200 << 20,
		UnzippedBytes: 4 << 30,
		StringBytes:   256 << 20,
		Sheets:        256,
		Rows:          1 << 20,
		Columns:       1024,
		Cells:         200_000_000,
		Merges:        200_000,
		CellBytes:     128 << 10,
	}
}

package matrix

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
)

// unzipped gives everything that is in an archive, such as a workbook, as one text.
func unzipped(b []byte) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(&out, r); err != nil {
			return "", err
		}
		out.WriteByte('\n')
	}
	return out.String(), nil
}

package sheet

import (
	"context"
	"errors"
	"io"

	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/sheet/xmlscan"
)

// The failures a person can do something about. Each has a sentence in i18n under the key sheet.*.

func fail(key string, pairs ...any) *errs.Error {
	return errs.New(errs.Invalid, "sheet."+key, pairs...)
}

func failLarge(key string, pairs ...any) *errs.Error {
	return errs.New(errs.TooLarge, "sheet."+key, pairs...)
}

// unsupported names a type of file by the last part of its key sheet.type.*.
func unsupported(kind string) *errs.Error {
	key := "sheet.type." + kind
	return fail("unsupported", "type", i18n.T(i18n.Message(i18n.ZH, key, nil), i18n.Message(i18n.EN, key, nil)))
}

// watchedReader keeps the first error of the underlying file, to tell a failing disk from a damaged file, and refuses
// to read more than budget bytes while that is not negative.
type watchedReader struct {
	r      io.ReaderAt
	budget int64
	err    error
}

var errBudget = errors.New("sheet: list of parts too long")

func (w *watchedReader) ReadAt(p []byte, off int64) (int, error) {
	if w.budget >= 0 {
		if w.budget -= int64(len(p)); w.budget < 0 {
			return 0, errBudget
		}
	}
	n, err := w.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// known passes on errors that already say what they are to say, and those of the file itself; what is left comes of
// unpacking or scanning and means that the content is not what it should be.
func (w *watchedReader) known(err error) error {
	if _, ok := errs.As(err); ok || errors.Is(err, errStop) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if w.err != nil {
		return w.err
	}
	if errors.Is(err, xmlscan.ErrLimit) || errors.Is(err, xmlscan.ErrDoctype) {
		return fail("suspicious")
	}
	return fail("damaged")
}

// at is known for errors among the rows, which it places.
func (w *watchedReader) at(err error, sheet string, row int) error {
	if err == nil {
		return nil
	}
	err = w.known(err)
	if e, ok := errs.As(err); ok && e.Key == "sheet.damaged" && row > 0 {
		return fail("damaged_at", "sheet", sheet, "row", row)
	}
	return err
}

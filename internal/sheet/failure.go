package sheet

import (
	"genjin/internal/errs"
	"genjin/internal/i18n"
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

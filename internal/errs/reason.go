package errs

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"

	"genjin/internal/i18n"
)

// reasons are what the system most often says of files and addresses.
var reasons = []struct {
	is  error
	key string
}{
	{fs.ErrNotExist, "reason.not_there"},
	{fs.ErrPermission, "reason.not_allowed"},
	{fs.ErrExist, "reason.is_there"},
	{syscall.EISDIR, "reason.is_folder"},
	{syscall.ENOTDIR, "reason.no_folder"},
	{syscall.ENOSPC, "reason.disk_full"},
	{syscall.EADDRINUSE, "reason.in_use"},
	{syscall.ECONNREFUSED, "reason.nobody_listens"},
}

// Reason says what an error tells, without the name of the file or address, which the sentence around it has. What no
// translation is known of is as the system has it.
func Reason(err error) i18n.Text {
	if e, ok := As(err); ok {
		return i18n.T(e.Message(i18n.ZH), e.Message(i18n.EN))
	}
	for _, r := range reasons {
		if errors.Is(err, r.is) {
			return i18n.T(i18n.Message(i18n.ZH, r.key, nil), i18n.Message(i18n.EN, r.key, nil))
		}
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	} else if e, ok := errors.AsType[*net.OpError](err); ok {
		err = e.Err
	}
	return i18n.T(err.Error(), err.Error())
}

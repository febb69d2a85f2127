package cli_test

import (
	"os"

	"golang.org/x/sys/unix"
)

// inPipe gives how many bytes wait in a pipe.
func inPipe(r *os.File) (int, error) { return unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ) }

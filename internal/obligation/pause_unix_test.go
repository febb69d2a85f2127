//go:build unix

package obligation_test

import (
	"os"
	"syscall"
	"time"
)

// pause stops a process for a while, in the middle of whatever it does.
func pause(p *os.Process, d time.Duration) {
	_ = p.Signal(syscall.SIGSTOP)
	time.Sleep(d)
	_ = p.Signal(syscall.SIGCONT)
}

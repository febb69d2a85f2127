//go:build !linux

package cli_test

import (
	"os"
	"time"
)

// inPipe waits until the pipe is full, as far as one can know.
func inPipe(*os.File) (int, error) {
	time.Sleep(2 * time.Second)
	return holds, nil
}

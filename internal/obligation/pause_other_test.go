//go:build !unix

package obligation_test

import (
	"os"
	"time"
)

// pause does nothing where processes cannot be stopped for a while.
func pause(*os.Process, time.Duration) {}

package sqldb

// LockFolder takes a data folder as Open does, without opening what is in it: for who replaces the database as a whole.
// The error is that of Open when another process has the folder.
func LockFolder(dir string) (unlock func() error, err error) {
	lock, err := lockFolder(dir, false)
	if err != nil {
		return nil, err
	}
	return lock.Unlock, nil
}

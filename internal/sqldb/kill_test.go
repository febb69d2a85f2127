package sqldb_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/dbtest"
	"genjin/internal/sqldb"
)

// What was acknowledged is there after kill -9 at a random moment, and what is there is whole: each write stores two
// entries or none.
func TestAcknowledgedWritesSurviveAKill(t *testing.T) {
	o := dbtest.Empty(t)
	db := dbtest.OpenWith(t, o)
	script(t, db, counterTables)
	must(t, db.Close())
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	acknowledged := map[int64]bool{}
	for range rounds {
		for _, n := range writeUntilKilled(t, o) {
			acknowledged[n] = true
		}
		db := dbtest.OpenWith(t, o)
		stored := map[int64]int{}
		must(t, db.Read(t.Context(), func(tx *sqldb.Tx) error {
			rows, err := tx.Query(t.Context(), "SELECT part FROM entry")
			must(t, err)
			defer rows.Close()
			for rows.Next() {
				var n int64
				must(t, rows.Scan(&n))
				stored[n]++
			}
			return rows.Err()
		}))
		for n := range acknowledged {
			if stored[n] == 0 {
				t.Errorf("write %d was acknowledged and is lost", n)
			}
		}
		for n, halves := range stored {
			if halves != 2 {
				t.Errorf("write %d is torn", n)
			}
		}
		if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != int64(len(stored)) {
			t.Errorf("the counter says %d, stored are %d", n, len(stored))
		}
		must(t, db.Close())
	}
	if len(acknowledged) < rounds {
		t.Errorf("only %d writes were acknowledged: nothing was tested", len(acknowledged))
	}
	t.Log(len(acknowledged), "writes acknowledged")
}

// writeUntilKilled lets a child write, kills it after a moment and gives the writes it said were done.
func writeUntilKilled(t *testing.T, o sqldb.Options) (acknowledged []int64) {
	child := exec.Command(os.Args[0], "-test.run=^TestChildThatWrites$")
	child.Env = append(os.Environ(), "SQLDB_CHILD_DIR="+o.Dir, "SQLDB_CHILD_URL="+o.URL)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() { // the first acknowledgement: it is at work
		t.Fatal("the child said nothing")
	}
	timer := time.AfterFunc(time.Duration(rand.IntN(150))*time.Millisecond, func() { _ = child.Process.Kill() })
	defer timer.Stop()
	for more := true; more; more = lines.Scan() {
		n, err := strconv.ParseInt(strings.TrimPrefix(lines.Text(), "done "), 10, 64)
		if err != nil {
			continue // a line that the kill cut
		}
		acknowledged = append(acknowledged, n)
	}
	_ = child.Wait()
	return acknowledged
}

func TestChildThatWrites(t *testing.T) {
	o := sqldb.Options{Dir: os.Getenv("SQLDB_CHILD_DIR"), URL: os.Getenv("SQLDB_CHILD_URL"), Unsafe: true}
	if o.Dir == "" && o.URL == "" {
		t.Skip("is run by TestAcknowledgedWritesSurviveAKill")
	}
	ctx := context.Background()
	db, err := sqldb.Open(ctx, o)
	must(t, err)
	var out sync.Mutex
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			for {
				n := int64(db.NewID())
				if err := db.Write(ctx, func(tx *sqldb.Tx) error { return writePair(ctx, tx, n) }); err != nil {
					continue
				}
				out.Lock()
				fmt.Printf("done %d\n", n)
				out.Unlock()
			}
		})
	}
	wg.Wait()
}

func writePair(ctx context.Context, tx *sqldb.Tx, n int64) error {
	for half := range 2 {
		if _, err := tx.Exec(ctx, "INSERT INTO entry (id, code, part) VALUES (?, ?, ?)",
			tx.NewID(), fmt.Sprint(n, "/", half), fmt.Sprint(n)); err != nil {
			return err
		}
	}
	return increment(ctx, tx, 1)
}

package money_test

import (
	"testing"

	"genjin/internal/money"
)

func TestSaid(t *testing.T) {
	for m, want := range map[money.Minor]string{0: "0", 50: "0.50", 99_900: "999", 100_000: "1,000", 17_600_000: "176,000", 123_456_789_01: "123,456,789.01", -100_005: "-1,000.05"} {
		if got := m.Said(); got != want {
			t.Errorf("Said of %d is %q, not %q", int64(m), got, want)
		}
	}
}

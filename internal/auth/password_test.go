package auth

import (
	"context"
	"net/netip"
	"testing"
	"time"
)

// FuzzDecode: a damaged stored password is an error and no panic, and a good one is read as it was written.
func FuzzDecode(f *testing.F) {
	good, err := newHasher(Cost{Memory: 64, Passes: 1}).hash(context.Background(), "password")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good, "", "$argon2id$v=19$m=1,t=1,p=1$$", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", good[:len(good)-3]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		cost, salt, key, err := decode(stored)
		if err != nil {
			return
		}
		again, salt2, key2, err := decode(encode(cost, salt, key))
		if err != nil || again != cost || string(salt2) != string(salt) || string(key2) != string(key) {
			t.Fatalf("%q is not read as it was written: %v", stored, err)
		}
	})
}

func TestBrakes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		brake    brake
		failures int
		want     time.Duration
	}{
		{pairBrake, 4, 0},
		{pairBrake, 5, 2 * time.Second},
		{pairBrake, 6, 4 * time.Second},
		{pairBrake, 12, 256 * time.Second},
		{pairBrake, 13, 5 * time.Minute},
		{pairBrake, 1_000_000, 5 * time.Minute},
		{loginBrake, 19, 0},
		{loginBrake, 20, time.Second},
		{loginBrake, 40, 30 * time.Second},
		{addressBrake, 99, 0},
		{addressBrake, 200, time.Minute},
	} {
		if got := tt.brake.delay(tt.failures); got != tt.want {
			t.Errorf("%d failures: %v, want %v", tt.failures, got, tt.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := (From{Address: netip.MustParseAddr(address)}).Network(); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

package config_test

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"genjin/internal/config"
	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// load reads a configuration from a file's text (none when empty), variables and flags.
func load(t *testing.T, file string, env map[string]string, args ...string) (*config.Config, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if file != "" {
		if err := os.WriteFile(config.DefaultFile, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	sources := config.Flags(fs, true, i18n.EN)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return sources.Load(func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	})
}

func TestPrecedence(t *testing.T) {
	file := "addr = 127.0.0.1:2\n"
	env := map[string]string{"GENJIN_ADDR": "127.0.0.1:3"}
	for _, c := range []struct {
		name string
		file string
		env  map[string]string
		args []string
		want string
	}{
		{"default", "", nil, nil, "127.0.0.1:8088"},
		{"file", file, nil, nil, "127.0.0.1:2"},
		{"environment over file", file, env, nil, "127.0.0.1:3"},
		{"flag over environment", file, env, []string{"--addr", "127.0.0.1:4"}, "127.0.0.1:4"},
		{"flag that says the default", file, env, []string{"--addr=127.0.0.1:8088"}, "127.0.0.1:8088"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := load(t, c.file, c.env, c.args...)
			if err != nil || got.Addr != c.want {
				t.Errorf("got %+v, %v; want addr %s", got, err, c.want)
			}
		})
	}
}

func TestEverySetting(t *testing.T) {
	c, err := load(t, "\ufeff# comment\n\ndata=\"with space \"\ntimezone = Asia/Urumqi\nlog_format = json\r\n"+
		"log_level = warn\npublic_url = https://crm.example.com/\ntrusted_proxies = 10.0.0.1, 172.16.0.0/12\n"+
		"metrics_addr = :9100\ndb = postgres://u:secret@h/d\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(c.Data) != "with space " || !filepath.IsAbs(c.Data) || c.Zone.String() != "Asia/Urumqi" ||
		c.LogFormat != "json" || c.LogLevel != slog.LevelWarn || c.PublicURL != "https://crm.example.com" ||
		len(c.TrustedProxies) != 2 || c.MetricsAddr != ":9100" || string(c.DB) != "postgres://u:secret@h/d" {
		t.Errorf("got %+v", c)
	}
	if shown := fmt.Sprintf("%v %+v %s", c, *c, c.DB); strings.Contains(shown, "secret") {
		t.Errorf("the password shows: %s", shown)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		name string
		file string
		args []string
		want string // part of the English sentence
	}{
		{"line", "addr", nil, "genjin.conf:1: write it as"},
		{"unknown name", "\naddress_of = x", nil, "genjin.conf:2: there is no setting “address_of”"},
		{"twice", "addr = :1\naddr = :2", nil, "“addr” is set twice"},
		{"value in file", "addr = here", nil, "genjin.conf:1 addr cannot be “here”"},
		{"value in flag", "", []string{"--timezone", "Mars"}, "--timezone cannot be “Mars”"},
		{"local time zone", "", []string{"--timezone", "Local"}, "no such time zone"},
		{"port", "", []string{"--addr", "127.0.0.1:99999"}, "host:port"},
		{"empty data", "", []string{"--data", ""}, "Required"},
		{"public URL with path", "", []string{"--public-url", "https://a.example/crm"}, "https://crm.example.com"},
		{"proxy", "", []string{"--trusted-proxies", "10.0.0.1,proxy"}, "“proxy” is no IP address"},
		{"certificate without key", "", []string{"--tls-cert", "x.pem"}, "set together"},
		{"certificate missing", "", []string{"--tls-cert", "x.pem", "--tls-key", "y.pem"}, "--tls-cert cannot be “x.pem”"},
		{"log format", "log_format = xml", nil, "it may be: text, json"},
		{"file missing", "", []string{"--config", "none.conf"}, "none.conf cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, c.file, nil, c.args...)
			if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v; want %q", err, c.want)
			}
		})
	}
}

func TestMistakeHidesPassword(t *testing.T) {
	_, err := load(t, "", map[string]string{"GENJIN_DB": "mysql://u:secret@h/d"})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func FuzzFile(f *testing.F) {
	f.Add("addr = 127.0.0.1:1\n# x\ndata = \"a b\"\n")
	f.Add("addr")
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "c")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		fs := flag.NewFlagSet("serve", flag.ContinueOnError)
		sources := config.Flags(fs, true, i18n.EN)
		if err := fs.Parse([]string{"--config", file}); err != nil {
			t.Fatal(err)
		}
		c, err := sources.Load(func(string) (string, bool) { return "", false })
		if (c == nil) == (err == nil) {
			t.Errorf("config %v with error %v", c, err)
		}
	})
}

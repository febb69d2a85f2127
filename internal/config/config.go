// Package config holds what can be set about an installation. A value comes from the first of these that gives it: a
// flag (--public-url), an environment variable (GENJIN_PUBLIC_URL), the configuration file (public_url = …), the
// default. Everything is checked once, before anything starts; an error names the setting, the place it was set at and
// what it may be.
package config

import (
	"crypto/tls"
	"flag"
	"log/slog"
	"net/netip"
	"time"

	"genjin/internal/i18n"
)

// Config is a checked configuration.
type Config struct {
	Addr           string         // host and port of the page and the API
	Data           string         // folder of the database, the attachments and the lock
	DB             Secret         // postgres://…; "" keeps the database in Data
	MetricsAddr    string         // host and port of Prometheus metrics; "" for none
	PublicURL      string         // how browsers reach the program, without a slash at the end; "" when not known
	TrustedProxies []netip.Prefix // whose X-Forwarded-… headers are believed
	TLS            *tls.Config    // nil for plain HTTP
	Zone           *time.Location // the company's time zone: what today is
	Key            Secret         // keys that seal secrets at rest; "" keeps one in Data
	OutboundHosts  []string       // private hosts and networks that the program may connect to
	LogFormat      string         // "text" or "json"
	LogLevel       slog.Level
	UnsafeDB       bool // accept a PostgreSQL that may lose acknowledged writes: for tests alone
}

// Secret is a text that no log shows.
type Secret string

// String hides the secret.
func (Secret) String() string { return "***" }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// setting is one thing that can be set, by text.
type setting struct {
	name    string // in the file; the flag has - for _, the environment GENJIN_ and capitals
	preset  string
	help    i18n.Text
	set     func(c *Config, value string) error // an *errs.Error of a config key, or any error that says why not
	command bool                                // also of use to commands other than serve
	secret  bool                                // has no flag: everybody on the machine sees those
}

var settings = []setting{
	{"data", "data", i18n.T("数据文件夹", "data folder"), setData, true, false},
	{"db", "", i18n.T("PostgreSQL 地址（postgres://…）；留空则使用数据文件夹内的数据库",
		"PostgreSQL address (postgres://…); empty keeps the database in the data folder"), setDB, true, false},
	{"timezone", "Asia/Shanghai", i18n.T("公司所在时区", "the company's time zone"), setZone, true, false},
	{"addr", "127.0.0.1:8088", i18n.T("监听地址", "address to listen on"), setAddr, false, false},
	{"public_url", "", i18n.T("浏览器访问本系统的地址，如 https://crm.example.com",
		"address browsers use, such as https://crm.example.com"), setPublicURL, false, false},
	{"tls_cert", "", i18n.T("HTTPS 证书文件（PEM）", "certificate file for HTTPS (PEM)"), nil, false, false},
	{"tls_key", "", i18n.T("HTTPS 私钥文件（PEM）", "key file for HTTPS (PEM)"), nil, false, false},
	{"trusted_proxies", "", i18n.T("可信反向代理的地址，逗号分隔", "addresses of trusted reverse proxies, separated by commas"), setProxies, false, false},
	{"outbound_hosts", "", i18n.T("允许本系统连接的内网主机、地址或网段，逗号分隔（如内网邮件、单点登录服务器）",
		"hosts, addresses and networks within a private network that the program may connect to, separated by commas"), setOutboundHosts, true, false},
	{"key", "", i18n.T("加密敏感设置的密钥（32 字节的 base64）；留空则保存在数据文件夹内",
		"key that seals secrets at rest (base64 of 32 bytes); empty keeps one in the data folder"), setKey, true, true},
	{"metrics_addr", "", i18n.T("Prometheus 指标的监听地址；留空则不提供", "address for Prometheus metrics; empty for none"), setMetricsAddr, false, false},
	{"log_format", "text", i18n.T("日志格式：text 或 json", "log format: text or json"), setLogFormat, false, false},
	{"unsafe_db", "no", i18n.T("接受可能丢失数据的 PostgreSQL 设置（仅供测试）：yes 或 no",
		"accept PostgreSQL settings that may lose data, for tests alone: yes or no"), setUnsafeDB, true, false},
	{"log_level", "info", i18n.T("日志级别：debug、info、warn 或 error", "log level: debug, info, warn or error"), setLogLevel, false, false},
}

// Sources are the places settings come from.
type Sources struct {
	flags *flag.FlagSet
	file  *string
}

// Flags adds a flag for every setting to fs, or, for commands other than serve, for those they have a use for.
func Flags(fs *flag.FlagSet, serve bool, lang i18n.Lang) *Sources {
	for _, s := range settings {
		if (serve || s.command) && !s.secret {
			fs.String(flagName(s.name), s.preset, s.help.In(lang))
		}
	}
	help := i18n.T("配置文件；默认为 genjin.conf（如果存在）", "configuration file; genjin.conf by default, if it is there")
	return &Sources{flags: fs, file: fs.String("config", "", help.In(lang))}
}

// Load reads the settings after the flags have been parsed. Lookup finds environment variables, as os.LookupEnv does.
// Errors are *errs.Error.
func (s *Sources) Load(lookup func(string) (string, bool)) (*Config, error) {
	values, err := s.fromFile(lookup)
	if err != nil {
		return nil, err
	}
	for _, setting := range settings {
		if text, ok := lookup(envName(setting.name)); ok {
			values[setting.name] = value{text, envName(setting.name)}
		}
	}
	s.flags.Visit(func(f *flag.Flag) {
		if name := settingName(f.Name); isSetting(name) {
			values[name] = value{f.Value.String(), "--" + f.Name}
		}
	})
	return build(values)
}

// value is a text and the place it was set at.
type value struct{ text, place string }

// build makes and checks the configuration.
func build(values map[string]value) (*Config, error) {
	c := &Config{}
	for _, s := range settings {
		v, ok := values[s.name]
		if !ok {
			v = value{s.preset, s.name}
		}
		if s.set == nil {
			continue
		}
		if err := s.set(c, v.text); err != nil {
			if s.name == "db" || s.secret {
				v.text = Secret(v.text).String() // it may hold a password
			}
			return nil, wrong(v, err)
		}
	}
	if err := setTLS(c, values["tls_cert"], values["tls_key"]); err != nil {
		return nil, err
	}
	return c, nil
}

package config

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // time zones for machines that have none, such as Windows and bare containers

	"genjin/internal/errs"
)

// wrong says which setting cannot be used, and why.
func wrong(v value, err error) error {
	return errs.New(errs.Invalid, "config.wrong", "place", v.place, "value", v.text, "reason", err)
}

func setData(c *Config, text string) (err error) {
	if text == "" {
		return errs.New(errs.Invalid, "field.required")
	}
	c.Data, err = filepath.Abs(text)
	return err
}

func setDB(c *Config, text string) error {
	if text != "" && !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
		return errs.New(errs.Invalid, "config.db")
	}
	c.DB = Secret(text)
	return nil
}

func setZone(c *Config, text string) (err error) {
	if c.Zone, err = time.LoadLocation(text); err != nil || text == "" || text == "Local" {
		return errs.New(errs.Invalid, "config.zone")
	}
	return nil
}

func setAddr(c *Config, text string) error {
	c.Addr = text
	return checkAddr(text)
}

func setMetricsAddr(c *Config, text string) error {
	c.MetricsAddr = text
	if text == "" {
		return nil
	}
	return checkAddr(text)
}

func checkAddr(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errs.New(errs.Invalid, "config.addr")
	}
	return nil
}

func setPublicURL(c *Config, text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return errs.New(errs.Invalid, "config.public_url")
	}
	c.PublicURL = u.Scheme + "://" + u.Host
	return nil
}

func setProxies(c *Config, text string) error {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if addr, plain := netip.ParseAddr(part); plain == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return errs.New(errs.Invalid, "config.proxy", "address", part)
		}
		c.TrustedProxies = append(c.TrustedProxies, prefix)
	}
	return nil
}

func setLogFormat(c *Config, text string) error {
	c.LogFormat = text
	if text != "text" && text != "json" {
		return errs.New(errs.Invalid, "config.one_of", "choices", "text, json")
	}
	return nil
}

func setLogLevel(c *Config, text string) error {
	if c.LogLevel.UnmarshalText([]byte(text)) != nil {
		return errs.New(errs.Invalid, "config.one_of", "choices", "debug, info, warn, error")
	}
	return nil
}

// setTLS loads certificate and key, which come together or not at all.
func setTLS(c *Config, cert, key value) error {
	switch {
	case cert.text == "" && key.text == "":
		return nil
	case cert.text == "":
		return wrong(key, errs.New(errs.Invalid, "config.tls_pair"))
	case key.text == "":
		return wrong(cert, errs.New(errs.Invalid, "config.tls_pair"))
	}
	pair, err := tls.LoadX509KeyPair(cert.text, key.text)
	if err != nil {
		return wrong(cert, errors.New(strings.TrimPrefix(err.Error(), "tls: ")))
	}
	c.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	return nil
}

func setUnsafeDB(c *Config, text string) error {
	c.UnsafeDB = text == "yes"
	if text != "yes" && text != "no" {
		return errs.New(errs.Invalid, "config.one_of", "choices", "yes, no")
	}
	return nil
}

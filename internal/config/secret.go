package config

import (
	"net/netip"
	"strings"

	"genjin/internal/errs"
	"genjin/internal/seal"
)

// setOutboundHosts takes names, addresses and networks.
func setOutboundHosts(c *Config, text string) error {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if _, err := netip.ParsePrefix(part); err != nil && strings.ContainsAny(part, "/ :*@") && !isAddr(part) {
			return errs.New(errs.Invalid, "config.host", "host", part)
		}
		c.OutboundHosts = append(c.OutboundHosts, part)
	}
	return nil
}

func isAddr(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func setKey(c *Config, text string) error {
	c.Key = Secret(text)
	if text == "" {
		return nil
	}
	if _, err := seal.Given(text); err != nil {
		return errs.New(errs.Invalid, "config.key")
	}
	return nil
}

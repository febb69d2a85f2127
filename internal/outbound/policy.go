package outbound

import (
	"net/netip"
	"strings"
)

// refused are the networks that the Internet does not reach: what answers there belongs to this machine, to its
// neighbours or to whoever hosts it, and trusts whom it hears (RFC 6890 and its registries).
var refused = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
	"240.0.0.0/4",
	"::/128", "::1/128", "::/96", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "64:ff9b::/96",
	"64:ff9b:1::/48", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// public reports whether an address is one of the Internet's.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() {
		return false
	}
	for _, p := range refused {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Allows reports whether the administrator of the machine has let a host be reached wherever it is.
func (c *Client) Allows(host string) bool { return c.allowed(host) }

// allowed reports whether the administrator of the machine has let a host be reached wherever it is: by its name, or by
// an address or network that it is.
func (c *Client) allowed(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	addr, err := netip.ParseAddr(host)
	for _, one := range c.hosts {
		if one == host {
			return true
		}
		if p, bad := netip.ParsePrefix(one); bad == nil && err == nil && p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}
